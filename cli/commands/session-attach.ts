import { FailoverError } from '../../config/errors.ts';
import { resolveSocketPath } from '../../config/socket-path.ts';
import {
  clientIsReadOnly,
  hasSession,
  runOnTerminal,
} from '../../supervisor/compose-tmux-client.ts';
import type { PlaceReport } from '../../web/daemon-api.ts';
import { type AttachPlan, planAttach } from '../attach/plan-attach.ts';
import { requireDaemon } from '../control-client.ts';
import { type Reach, reachDaemon } from '../daemon-reach.ts';
import { requireSupervised } from '../named-session.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

export interface AttachOptions extends CommonOptions {
  readonly name: string;
  readonly readOnly?: boolean;
}

/** Hands this terminal to tmux, attached to exactly that session. The exit code is tmux's own. */
export async function sessionAttach(world: CliWorld, options: AttachOptions): Promise<number> {
  const reach = await reachDaemon(world, options);
  await requireSupervised(reach, [options.name]);
  const socket = await tmuxSocketOf(world, reach);
  if (!hasSession(socket, options.name)) throw notThere(options.name);
  return runOnTerminal(attachPlan(world, options, socket));
}

/** Where the config has mistakes the daemon knows which server it is. */
async function tmuxSocketOf(world: CliWorld, { place, config }: Reach): Promise<string> {
  if (config !== null) return resolveSocketPath(config.tmux.socket, world);
  const told = await requireDaemon(place, { method: 'GET', path: '/v1/place' });
  return (told as PlaceReport).tmuxSocket;
}

function attachPlan(
  { env, terminal }: CliWorld,
  { name, readOnly = false }: AttachOptions,
  socket: string,
): AttachPlan {
  const plan = planAttach({ name, readOnly, socket, env, clientIsReadOnly });
  if (plan.kind === 'attach' && !(terminal.stdin.isTTY && terminal.stdout.isTTY)) {
    const what = 'attaching needs a terminal, and this is none';
    throw new FailoverError('CONFLICT', what, { name });
  }
  return plan;
}

function notThere(name: string): FailoverError {
  const message = `${name} is of the pool, but tmux has no such session now (claude-failover session show ${name})`;
  return new FailoverError('NOT_FOUND', message, { name });
}
