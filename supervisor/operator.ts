import { waitFor } from 'xstate';
import type { OperatorVerb } from '../machines/session/types.ts';
import { type RootRef, type SessionRef, sessionNamed } from './pool.ts';
import { decideVerb } from './verbs.ts';

export type VerbResult =
  /** `changed` is false when it was already so. */
  | { readonly ok: true; readonly changed: boolean }
  | { readonly ok: false; readonly code: 'NOT_FOUND' | 'CONFLICT'; readonly message: string };

export interface VerbRequest {
  readonly name: string;
  readonly verb: OperatorVerb;
  /** For `adopt`: relaunch the session instead of taking it over as it is. */
  readonly restart: boolean;
}

/** Answers come within a second, also while tmux hangs. */
const PATIENCE_MS = 900;

/** Carries out a verb of the operator on one session; an adoption is waited for, as it may be refused. */
export async function carryOut(root: RootRef, request: VerbRequest): Promise<VerbResult> {
  const { name, verb, restart } = request;
  const session = sessionNamed(root, name);
  if (session === null) {
    return { ok: false, code: 'NOT_FOUND', message: `no session of the pool is named ${name}` };
  }
  const decision = decideVerb(session.getSnapshot(), verb, { restart });
  if (decision.kind === 'already') return { ok: true, changed: false };
  if (decision.kind === 'refused') {
    return { ok: false, code: 'CONFLICT', message: decision.message };
  }
  session.send(decision.event);
  return verb === 'adopt' ? await adoption(session) : { ok: true, changed: true };
}

async function adoption(session: SessionRef): Promise<VerbResult> {
  const settled = await waitFor(session, (s) => !s.matches({ idle: { blocked: 'adopting' } }), {
    timeout: PATIENCE_MS,
  }).catch(() => session.getSnapshot());
  if (!settled.matches({ idle: 'blocked' })) return { ok: true, changed: true };
  const isUnderWay = settled.matches({ idle: { blocked: 'adopting' } });
  const message = isUnderWay ? 'tmux has not answered yet; see `status`' : settled.context.reason;
  return { ok: false, code: 'CONFLICT', message: message ?? 'it was refused' };
}
