import { controlSocketPath } from '../config/control-path.ts';
import { resolveSocketPath } from '../config/socket-path.ts';
import type { Config } from '../config/types.ts';
import { controlToken } from '../supervisor/compose-token.ts';
import type { Daemon } from '../supervisor/daemon.ts';
import { handleApi } from '../web/api.ts';
import { startControlSocket } from '../web/control-socket.ts';
import type { DaemonApi } from '../web/daemon-api.ts';
import type { Inspector } from '../web/inspector.ts';
import { startWeb, type WebServer } from '../web/server.ts';
import type { Log, StopWish } from './daemon-voice.ts';

/** Where the daemon is heard. */
export interface Listening {
  /** The page's address; null when it is not served. */
  readonly url: string | null;
  /** A one-time address that signs a browser in; null when the page is not served. */
  loginLink(): string | null;
  close(): Promise<void>;
}

export interface ListenRequest {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly daemon: Daemon;
  readonly inspector: Inspector;
  readonly log: Log;
  /** The verb `stop` was asked for. */
  readonly onStop: (wish: StopWish) => void;
}

/**
 * Opens the control socket, without which the command line is deaf, and the page. Rejects with
 * `LISTEN_FAILED` for the former; a page that cannot be served (its port is taken) is said and done
 * without: the pool does not depend on it.
 */
export async function listen(request: ListenRequest): Promise<Listening> {
  let page: WebServer | null = null;
  const api = apiOf(request, () => page?.loginLink() ?? null);
  const socket = await startControlSocket({
    path: controlSocketPath(request.config),
    handler: (apiRequest) => handleApi(api, apiRequest),
  });
  page = await openPage(request, api);
  return {
    url: page?.url ?? null,
    loginLink: api.loginLink,
    close: async () => {
      await Promise.all([socket.close(), page?.close()]);
    },
  };
}

function apiOf({ daemon, onStop }: ListenRequest, loginLink: () => string | null): DaemonApi {
  return {
    status: () => daemon.status(),
    session: (name) => daemon.session(name),
    sessionVerb: (name, verb, { restart = false }) => daemon.verb({ name, verb, restart }),
    stop: () => onStop({ reason: 'asked to by the verb stop', byVerb: true }),
    loginLink,
  };
}

async function openPage(request: ListenRequest, api: DaemonApi): Promise<WebServer | null> {
  const { config, env, uid, inspector, log } = request;
  const socket = resolveSocketPath(config.tmux.socket, { env, uid });
  try {
    return await startWeb({
      supervisor: { api, inspector },
      host: config.control.host,
      port: config.control.port,
      token: controlToken(config.control.tokenFile),
      tmux: ['tmux', '-S', socket],
    });
  } catch (error) {
    log({
      event: 'daemon.error',
      reason: 'the page is not served; the pool runs without it',
      error,
    });
    return null;
  }
}
