/** Sessions and failovers as the plan of the switcher sees them. */
import type { SnapshotFrom } from 'xstate';
import type { failoverMachine } from '../machines/failover/machine.ts';
import { canLeave, previousLives } from '../machines/session/move-changes.ts';
import { isOpen } from '../machines/session/trouble-changes.ts';
import type { SessionContext } from '../machines/session/types.ts';
import type { SessionSnapshot } from './belief.ts';
import type { OpenFailover, SwitchPhase, SwitchSession } from './switch-facts.ts';

/** Where each substate is; those of `moving`, and what only more than the substate tells, stand below. */
const PHASES: Readonly<Record<string, SwitchPhase>> = {
  starting: 'coming',
  blocked: 'blocked',
  held: 'held',
  parked: 'parked',
  backingOff: 'crashed',
  recreating: 'coming',
};

const MOVING: Readonly<Record<string, SwitchPhase>> = {
  awaiting: 'awaiting',
  launching: 'moving',
  delayed: 'moving',
  ending: 'ending',
};

/** What the plan is told of a session. */
export function switchSessionOf({ value, context }: SessionSnapshot): SwitchSession {
  const { slot, account, conversation, held, said, refusal, reason } = context;
  const phase = phaseOf(value, context);
  return {
    name: slot.name,
    kind: slot.kind,
    phase,
    account,
    conversation,
    isAsking: phase === 'atWork' && wordsOf(value)[1] === 'waiting',
    isHeld: held,
    trouble: troubleOn(context),
    hasAgent: context.agent !== null || (phase === 'awaiting' && isLeftAsItWas(context)),
    showsDialog: said?.status === 'waiting' && said.waitingFor === 'dialog open',
    hasShell: said?.status === 'shell',
    refusal,
    reason,
  };
}

/** What the plan is told of a failover. */
export function openFailoverOf(snapshot: SnapshotFrom<typeof failoverMachine>): OpenFailover {
  return { ...snapshot.context.facts, isNoting: snapshot.hasTag('noting') };
}

function phaseOf(value: unknown, context: SessionContext): SwitchPhase {
  const [state, substate = '', inner = ''] = wordsOf(value);
  if (state === 'failed') return 'failed';
  if (substate === 'moving') return MOVING[inner] ?? 'moving';
  if (substate === 'ready') return atPrompt(context);
  if (substate === 'running' || substate === 'waiting') return inTurn(context);
  if (substate === 'delivering') return inDelivery(context);
  // What is not known is on its way to somewhere: nothing is decided for it.
  return PHASES[substate] ?? 'coming';
}

function atPrompt({ task }: SessionContext): SwitchPhase {
  return task === null ? 'atRest' : 'atWork';
}

/** That its task was given to an agent which has not come up yet proves nothing: it may never do. */
function inDelivery({ isComingUp }: SessionContext): SwitchPhase {
  return isComingUp ? 'coming' : 'delivering';
}

/** After trouble, and without a task, there is no turn: the client is at its prompt, or shows its own dialog. */
function inTurn(context: SessionContext): SwitchPhase {
  return canLeave(context) && troubleOn(context) !== null ? 'atRest' : 'atWork';
}

/** Trouble with another account is that one's: the session has left it. */
function troubleOn({ trouble, account }: SessionContext): SwitchSession['trouble'] {
  return trouble === null || trouble.isOver || trouble.account !== account ? null : trouble;
}

/**
 * Of an agent that an earlier daemon left, nobody has heard whether it lives; and one whose turn ended in
 * trouble cannot go on, also when the session had been told to leave its account before.
 */
function isLeftAsItWas(context: SessionContext): boolean {
  const { launchReason, trouble } = context;
  return launchReason !== 'boot' && !isOpen(trouble) && previousLives(context);
}

/** `{ idle: { moving: 'awaiting' } }` in its words, outermost first. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value ?? {}).flatMap(([word, inner]) => [word, ...wordsOf(inner)]);
}
