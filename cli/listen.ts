import { controlSocketPath } from '../config/control-path.ts';
import { FailoverError } from '../config/errors.ts';
import { urlName } from '../config/listen-address.ts';
import { slotsOf } from '../config/slots.ts';
import { resolveSocketPath } from '../config/socket-path.ts';
import type { Config } from '../config/types.ts';
import { controlToken } from '../supervisor/compose-token.ts';
import type { Daemon } from '../supervisor/daemon.ts';
import { reportOfFacts, statusReport, unknownAccount } from '../supervisor/status.ts';
import type { StatusReport } from '../supervisor/status-report.ts';
import { handleApi } from '../web/api.ts';
import { startControlSocket } from '../web/control-socket.ts';
import type { Asked, DaemonApi, ReloadOutcome, VerbOutcome } from '../web/daemon-api.ts';
import type { Inspector } from '../web/inspector.ts';
import { startWeb, type WebServer } from '../web/server.ts';
import type { Log, StopWish } from './daemon-voice.ts';
import { createInCharge } from './in-charge.ts';

/** Where the daemon is heard. */
export interface Listening {
  /** From now on the pool's own answers are given; before, and while there is none (null), that it is starting. */
  serve(daemon: Daemon | null): void;
  /** Since when (epoch milliseconds) tmux is waited for while the pool comes up; null = no more. */
  tmuxSilent(since: number | null): void;
  /** A one-time address that signs a browser in; null when the page is not served. */
  loginLink(): string | null;
  close(): Promise<void>;
}

export interface ListenRequest {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly version: string;
  readonly inspector: Inspector;
  readonly log: Log;
  /** The verb `stop` was asked for. */
  readonly onStop: (wish: StopWish) => void;
  /** The verb `reload` was asked for. */
  readonly onReload: () => Promise<ReloadOutcome>;
}

const STARTING = {
  ok: false,
  code: 'CONFLICT',
  message: 'the daemon is starting; ask again when `status` says it is ready',
} as const satisfies VerbOutcome;

/** While there is no daemon nobody knows, which is not the same as that there is none of this name. */
async function orStarting<Detail>(
  daemon: Daemon | null,
  ask: (daemon: Daemon) => Promise<Detail | null>,
): Promise<Asked<Detail>> {
  return daemon === null ? STARTING : await ask(daemon);
}

/**
 * Opens the control socket, without which the command line is deaf, and the page. Rejects with
 * `LISTEN_FAILED` for the former; a page that cannot be served (its port is taken) is said and done
 * without: the pool does not depend on it.
 */
export async function listen(request: ListenRequest): Promise<Listening> {
  const inCharge = createInCharge();
  const { now, soon } = inCharge;
  let page: Page = { kind: 'absent', reason: 'the daemon is starting; ask again' };
  const startedAt = Date.now();
  let lastKnown = startingStatus(request, startedAt);
  const api: DaemonApi = {
    status: () => ofProcess(now()?.status() ?? lastKnown, startedAt),
    place: () => ({
      v: 1,
      config: request.config.file,
      tmuxSocket: resolveSocketPath(request.config.tmux.socket, request),
    }),
    session: async (name) => orStarting(await soon(), (daemon) => daemon.session(name)),
    sessionVerb: async (name, verb, { restart = false }) =>
      (await (await soon())?.verb({ name, verb, restart })) ?? STARTING,
    resetPool: async () => (await soon())?.resetPool() ?? STARTING,
    account: async (name) => orStarting(await soon(), (daemon) => daemon.account(name)),
    accountVerb: async (name, verb, until) =>
      (await soon())?.accountVerb({ name, verb, until }) ?? STARTING,
    failover: async (wish) => (await (await soon())?.failover(wish)) ?? STARTING,
    nudge: () => now()?.nudge(),
    reload: request.onReload,
    stop: () => request.onStop({ reason: 'asked to by the verb stop', byVerb: true }),
    loginLink: () => (page.kind === 'served' ? page.server.loginLink() : null),
    whyNoPage: () => (page.kind === 'absent' ? page.reason : null),
  };
  const socket = await startControlSocket({
    path: controlSocketPath(request.config),
    handler: (apiRequest) => handleApi(api, apiRequest),
  });
  page = await openPage(request, api);
  return {
    serve: (ready) => {
      // What was known last is told while the next one comes up.
      const before = now();
      if (before !== null) lastKnown = startingAgain(before.status());
      inCharge.become(ready);
      // Until now a nudge reached nobody.
      ready?.nudge();
    },
    tmuxSilent: (since) => {
      lastKnown = { ...lastKnown, daemon: { ...lastKnown.daemon, ...silence(since) } };
    },
    loginLink: api.loginLink,
    close: async () => {
      await Promise.all([socket.close(), page.kind === 'served' && page.server.close()]);
    },
  };
}

/** Nothing is known of the pool yet, and tmux may be what is waited for. */
function startingStatus({ config, version }: ListenRequest, startedAt: number): StatusReport {
  return statusReport({
    daemon: { state: 'starting', pid: process.pid, version, startedAt },
    pool: config.pool,
    sessions: slotsOf(config).map((slot) => reportOfFacts(slot, null)),
    accounts: config.accounts.map(({ name }) => unknownAccount(name)),
  });
}

/** The pool may have begun anew since, with another config; the process has not. */
function ofProcess(report: StatusReport, startedAt: number): StatusReport {
  return {
    ...report,
    daemon: { ...report.daemon, startedAt: new Date(startedAt).toISOString() },
  };
}

/** While the pool comes up; that tmux answers is known when it is up. */
function silence(since: number | null): Pick<StatusReport['daemon'], 'tmux' | 'tmuxSilentSince'> {
  if (since === null) return { tmux: null, tmuxSilentSince: null };
  return { tmux: 'silent', tmuxSilentSince: new Date(since).toISOString() };
}

function startingAgain(report: StatusReport): StatusReport {
  return { ...report, daemon: { ...report.daemon, ...silence(null), state: 'starting' } };
}

type Page =
  | { readonly kind: 'served'; readonly server: WebServer }
  | { readonly kind: 'absent'; readonly reason: string };

async function openPage(request: ListenRequest, api: DaemonApi): Promise<Page> {
  const { config, env, uid, inspector, log } = request;
  const socket = resolveSocketPath(config.tmux.socket, { env, uid });
  try {
    const server = await startWeb({
      supervisor: { api, inspector },
      host: config.control.host,
      port: config.control.port,
      token: controlToken(config.control.tokenFile),
      tmux: ['tmux', '-S', socket],
    });
    return { kind: 'served', server };
  } catch (error) {
    const reason = whyNoPage(config, error);
    log({ event: 'daemon.error', reason, error });
    return { kind: 'absent', reason };
  }
}

function whyNoPage({ control: { host, port } }: Config, error: unknown): string {
  const isTaken =
    error instanceof FailoverError &&
    (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';
  if (!isTaken) return `the page is not served (${textOf(error)}); the pool runs without it`;
  const name = urlName(host);
  return `${name}:${port} is taken: set control.listen to another port or ${name}:0; the pool runs without the page`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
