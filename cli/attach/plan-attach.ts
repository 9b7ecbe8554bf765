import { realpathSync } from 'node:fs';
import type { Environment } from '../../config/xdg.ts';

export interface AttachWish {
  readonly name: string;
  readonly readOnly: boolean;
  /** Absolute path of the socket of the tmux server that the session lives on. */
  readonly socket: string;
  readonly env: Environment;
  /** Whether the tmux client that this program runs in is read-only. */
  readonly clientIsReadOnly: (socket: string) => boolean;
}

export interface AttachPlan {
  /** `switch`: this terminal already shows that tmux server, so its client goes to the session. */
  readonly kind: 'attach' | 'switch';
  /** argv of tmux, without its name. */
  readonly args: readonly string[];
  readonly env: Environment;
}

/** How tmux is to be called so that this terminal shows the session. Targets are exact. */
export function planAttach({ name, readOnly, socket, env, ...wish }: AttachWish): AttachPlan {
  // '=' keeps tmux from matching by prefix: ccl-auto-1 must never mean ccl-auto-11.
  const target = ['-t', `=${name}`];
  if (!isInside(socket, env)) {
    const flags = readOnly ? ['-r'] : [];
    // $TMUX of another server makes tmux refuse to nest, which here is harmless.
    const { TMUX: _, ...outside } = env;
    return {
      kind: 'attach',
      args: ['-S', socket, 'attach-session', ...flags, ...target],
      env: outside,
    };
  }
  // Here -r does not set, it toggles.
  const flags = readOnly && !wish.clientIsReadOnly(socket) ? ['-r'] : [];
  return { kind: 'switch', args: ['-S', socket, 'switch-client', ...flags, ...target], env };
}

function isInside(socket: string, { TMUX: tmux = '' }: Environment): boolean {
  const [outer = ''] = tmux.split(',');
  return outer !== '' && realPath(outer) === realPath(socket);
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
