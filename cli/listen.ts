import { controlSocketPath } from '../config/control-path.ts';
import type { Config } from '../config/types.ts';
import type { Daemon } from '../supervisor/daemon.ts';
import { handleApi } from '../web/api.ts';
import { startControlSocket } from '../web/control-socket.ts';
import type { DaemonApi } from '../web/daemon-api.ts';
import type { Inspector } from '../web/inspector.ts';
import type { Log, StopWish } from './run-daemon.ts';

/** Where the daemon is heard. */
export interface Listening {
  /** The page's address; null when it is not served. */
  readonly url: string | null;
  /** A one-time address that signs a browser in; null when the page is not served. */
  loginLink(): string | null;
  /** Resolves when somebody asks for a stop. */
  readonly stopWish: Promise<StopWish>;
  close(): Promise<void>;
}

export interface ListenRequest {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly daemon: Daemon;
  readonly inspector: Inspector;
  readonly log: Log;
}

/** Opens the control socket (the command line needs it) and the page (a port in use costs only the page). */
export async function listen(request: ListenRequest): Promise<Listening> {
  let wish: (wish: StopWish) => void = () => {};
  const stopWish = new Promise<StopWish>((resolve) => {
    wish = resolve;
  });
  const { daemon, config } = request;
  const web: { loginLink(): string; url: string; close(): Promise<void> } | null = null;
  const api: DaemonApi = {
    status: () => daemon.status(),
    session: (name) => daemon.session(name),
    sessionVerb: (name, verb, { restart = false }) => daemon.verb({ name, verb, restart }),
    stop: () => wish({ reason: 'asked to by the command line', byVerb: true }),
    loginLink: () => null,
  };
  const socket = await startControlSocket({
    path: controlSocketPath(config),
    handler: (apiRequest) => handleApi(api, apiRequest),
  });
  void web;
  return {
    url: null,
    loginLink: () => null,
    stopWish,
    close: async () => {
      await socket.close();
    },
  };
}
