import type { SessionFacts } from '../ports.ts';
import type { SessionContext, SessionInput } from './types.ts';

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
    unstable: input.crashTimes.length,
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
    since: chance.clock.now(),
  };
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
  };
}

/** The facts of a session that must survive the daemon. */
export function factsOf(context: SessionContext): SessionFacts {
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
  };
}

function failedOf({ failure, reason }: SessionContext): SessionFacts['failed'] {
  if (failure === null) return null;
  return { at: failure.at, code: failure.code, reason: reason ?? failure.code };
}
