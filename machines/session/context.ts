import { isSameProcess } from '../policy/process-identity.ts';
import type { Pane, SessionFacts, SessionTrouble } from '../ports.ts';
import type { SessionContext, SessionInput } from './types.ts';

export type Change = Partial<SessionContext>;

/** What a session without a task knows of one. */
export const NO_TASK = {
  task: null,
  ended: null,
  parting: null,
  lostDeliveries: 0,
  presses: 0,
  given: null,
  mayHavePrompt: false,
  mayRunUnseen: false,
  stopped: null,
} as const satisfies Change;

/** What a session knows of an agent that it has no longer. */
export const NO_AGENT = {
  agent: null,
  readyAtMs: null,
  isComingUp: false,
  said: null,
  stopped: null,
} as const satisfies Change;

/** A conversation that has not begun, in the directory that sessions without a task work in. */
export function freshConversation({ chance, slot }: SessionContext): Change {
  return { conversation: chance.newId(), hasTranscript: false, workdir: slot.workdir };
}

/** The context a session begins with: what the store remembers, else a fresh conversation. */
export function initialContext(input: SessionInput): SessionContext {
  const { start, chance } = input;
  const found = start.kind === 'adopt' || start.kind === 'held' ? start.pane : null;
  const known = input.facts ?? freshFacts(input);
  return {
    ...input,
    account: known.account,
    mark: start.kind === 'adopt' ? start.mark : known.mark,
    workdir: known.workdir,
    conversation: known.conversation,
    hasTranscript: known.hasTranscript,
    agent: found?.agent ?? null,
    // An agent that was found has no predecessor left that a launch had not confirmed dead.
    previous: found === null ? (known.agent ?? known.previous) : null,
    readyAtMs: null,
    isComingUp: false,
    goesAhead: false,
    beginsAnewUnless: null,
    unstable: input.crashTimes.length + input.unreadyTimes.length,
    delayMs: 0,
    death: null,
    launchFailures: 0,
    launchFailure: null,
    restarts: known.restarts,
    crashedAt: known.crashedAt,
    reason: known.failed?.reason ?? null,
    failure: known.failed,
    held: known.held,
    launchReason: 'boot',
    ...initialTask(input, found !== null || known.agent !== null || known.previous !== null),
    trouble: troubleAtStart(known, found),
    movingFrom: null,
    refusal: null,
    said: null,
    since: chance.clock.now(),
  };
}

/** An agent that is none of those from before was started after the trouble, which so was over. */
function troubleAtStart(
  { trouble, agent, previous }: SessionFacts,
  found: Pane | null,
): SessionTrouble | null {
  if (trouble === null || found === null) return trouble;
  const isOld = isSameProcess(found.agent, agent) || isSameProcess(found.agent, previous);
  return isOld ? trouble : { ...trouble, isOver: true };
}

/** What is known of a task that was held before this daemon; an agent from then may have its prompt. */
function initialTask({ task, isCounted }: SessionInput, mayLive: boolean) {
  return {
    lostDeliveries: 0,
    presses: 0,
    given: null,
    parting: null,
    mayRunUnseen: false,
    stopped: null,
    carries: false,
    mayHavePrompt: task !== null && mayLive,
    // What the store knows as confirmed was counted by the daemon that heard it.
    counts: task === null || !(task.confirmed || isCounted),
  } as const;
}

function freshFacts({ slot, account, chance }: SessionInput): SessionFacts {
  return {
    name: slot.name,
    mark: chance.newId(),
    account: slot.account ?? account,
    workdir: slot.workdir,
    conversation: chance.newId(),
    hasTranscript: false,
    agent: null,
    previous: null,
    bootId: chance.clock.bootId,
    restarts: 0,
    crashedAt: null,
    failed: null,
    held: false,
    trouble: null,
  };
}

/**
 * The facts of a session that must survive the daemon. Until a launch has moved it, it is where its agent may
 * still live: which account it is started on is noted by the launch itself, right before.
 */
export function factsOf(context: SessionContext): SessionFacts {
  return { ...factsToLaunch(context), account: context.movingFrom ?? context.account };
}

/** The same, on the account that the next agent is started on. */
export function factsToLaunch(context: SessionContext): SessionFacts {
  return {
    name: context.slot.name,
    mark: context.mark,
    account: context.account,
    workdir: context.workdir,
    conversation: context.conversation,
    hasTranscript: context.hasTranscript,
    agent: context.agent,
    previous: context.previous,
    bootId: context.chance.clock.bootId,
    restarts: context.restarts,
    crashedAt: context.crashedAt,
    failed: failedOf(context),
    held: context.held,
    trouble: context.trouble,
  };
}

function failedOf({ failure, reason }: SessionContext): SessionFacts['failed'] {
  if (failure === null) return null;
  return { at: failure.at, code: failure.code, reason: reason ?? failure.code };
}
