import { fromCallback, fromPromise } from 'xstate';
import type { DeliverParts } from '../../actors/deliver/look.ts';
import { pasteTask } from '../../actors/deliver/paste-task.ts';
import { pressAgain } from '../../actors/deliver/press-enter.ts';
import { adoptSession } from '../../actors/launch/adopt-session.ts';
import { endSession } from '../../actors/launch/end-session.ts';
import { type LaunchParts, launchAgent } from '../../actors/launch/launch-agent.ts';
import type { GoneParts } from '../../actors/process/until-gone.ts';
import { accountMachine } from '../../machines/account/machine.ts';
import { failoverMachine } from '../../machines/failover/machine.ts';
import type { FailoverFacts } from '../../machines/failovers.ts';
import type { FactStore, ProcessIdentity } from '../../machines/ports.ts';
import { sessionMachine } from '../../machines/session/machine.ts';
import type {
  Adopted,
  AdoptRequest,
  EndRequest,
  Launched,
  LaunchRequest,
  LookRequest,
  PasteRequest,
  PressRequest,
  SessionContext,
  StatusSeen,
} from '../../machines/session/types.ts';
import type { TurnSeen } from '../../machines/signals.ts';
import type { Belief } from '../../supervisor/reconcile.ts';
import { rootMachine } from '../../supervisor/root-machine.ts';
import type { Listing } from '../../supervisor/root-types.ts';

export interface RootOverOptions {
  readonly launch?: (request: LaunchRequest) => Promise<Launched>;
  readonly paste?: (request: PasteRequest, signal: AbortSignal) => Promise<void>;
  readonly session?: typeof sessionMachine;
  readonly account?: typeof accountMachine;
}

export type RootOverParts = LaunchParts &
  DeliverParts &
  GoneParts & { readonly store: Pick<FactStore, 'saveFailover'> };

/** The root machine with the real launch, adoption and delivery over the given ports, as compose.ts joins them. */
export function rootOver(
  parts: RootOverParts,
  names: readonly string[],
  {
    launch = (request) => launchAgent(parts, request),
    paste = (request, signal) => pasteTask(parts, request, signal),
    session = sessionMachine,
    account = accountMachine,
  }: RootOverOptions = {},
): typeof rootMachine {
  const { agent, tmux } = parts;
  return rootMachine.provide({
    actors: {
      session: session.provide({
        actors: {
          launch: fromPromise<Launched, LaunchRequest>(({ input }) => launch(input)),
          end: fromPromise<void, EndRequest>(({ input }) => endSession(parts, input)),
          adopt: fromPromise<Adopted, AdoptRequest>(({ input }) => adoptSession(parts, input)),
          readStatus: fromPromise<StatusSeen | null, SessionContext>(async ({ input }) => {
            const status = input.agent && (await agent.status(input.agent));
            if (!status) return null;
            return { status, hasTranscript: await agent.hasTranscript(status.conversation) };
          }),
          paste: fromPromise<void, PasteRequest>(({ input, signal }) => paste(input, signal)),
          confirmGone: fromPromise<void, ProcessIdentity | null>(({ input, signal }) =>
            untilGone(parts, input, signal),
          ),
          press: fromPromise<void, PressRequest>(({ input, signal }) =>
            pressAgain(parts, input, signal),
          ),
          look: fromPromise<TurnSeen, LookRequest>(({ input: { conversation, task } }) =>
            agent.turnOf(conversation, task),
          ),
        },
      }),
      account,
      failover: failoverMachine.provide({
        actors: {
          journal: fromPromise<void, FailoverFacts>(({ input }) => parts.store.saveFailover(input)),
        },
      }),
      observe: fromPromise<Listing, readonly Belief[]>(async ({ input }) => ({
        beliefs: input,
        observation: await tmux.observe(names),
      })),
      watchTmux: fromCallback(({ sendBack }) => tmux.onWake(() => sendBack({ type: 'tmux.woke' }))),
    },
  });
}

/** As the real one, without a clock: time in these worlds is simulated. */
async function untilGone(
  { processes }: Pick<GoneParts, 'processes'>,
  process: ProcessIdentity | null,
  signal: AbortSignal,
): Promise<void> {
  if (process === null) return await new Promise<void>(() => {});
  while (processes.isAlive(process)) {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}
