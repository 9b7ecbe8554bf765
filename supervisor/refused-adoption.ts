import { atMost } from './at-most.ts';
import { ownerBeside } from './conversation-owner.ts';
import type { VerbRequest, VerbResult } from './operator.ts';
import { type RootRef, sessionNamed } from './pool.ts';
import { ownedBy, type TakeOverParts } from './take-over.ts';

/** What is looked at before a session is adopted that an operator names. */
export interface AdoptionParts {
  readonly tmux: Pick<TakeOverParts['tmux'], 'activePane'>;
  readonly agent: Pick<TakeOverParts['agent'], 'status'>;
}

/** Answers to operators come within a second, also while tmux hangs. */
const PATIENCE_MS = 300;

/**
 * Why `session adopt` must not be begun: the client there is in the conversation of another session of the pool, and
 * after its next crash that conversation would have two agents of ours. null = nothing speaks against it, as far as
 * tmux and the client tell in time. Never rejects.
 */
export async function refusedAdoption(
  root: RootRef,
  { tmux, agent }: AdoptionParts,
  { name, verb }: VerbRequest,
): Promise<VerbResult | null> {
  const isAsked = verb === 'adopt' && isBlocked(root, name);
  let refusal: VerbResult | null = null;
  const look = async () => {
    const status = await agent.status((await tmux.activePane(name)).agent);
    const owner = status && ownerBeside(root, name, status.conversation);
    if (status === null || owner === null) return;
    refusal = { ok: false, code: 'CONFLICT', message: ownedBy(name, status, owner) };
  };
  if (isAsked) await atMost(PATIENCE_MS, look());
  return refusal;
}

function isBlocked(root: RootRef, name: string): boolean {
  return sessionNamed(root, name)?.getSnapshot().matches({ idle: 'blocked' }) === true;
}
