export type Verdict = 'ok' | 'warn' | 'fail';

/** One thing that was looked at. Codes and facts are a contract; sentences may change. */
export interface Finding {
  /** `doctor.<noun>`, such as `doctor.tmux`. */
  readonly code: FindingCode;
  readonly verdict: Verdict;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What to do about it; null when there is nothing to do. */
  readonly remedy: string | null;
}

export type FindingCode =
  | 'doctor.node'
  | 'doctor.tmux'
  | 'doctor.tmux_server'
  | 'doctor.client'
  | 'doctor.config'
  | 'doctor.guard'
  | 'doctor.login'
  | 'doctor.prepared'
  | 'doctor.retention'
  | 'doctor.workdir'
  | 'doctor.permissions'
  | 'doctor.disk'
  | 'doctor.daemon'
  | 'doctor.page'
  | 'doctor.pool'
  | 'doctor.sessions'
  | 'doctor.lock';

type Facts = Finding['facts'];

export function fine(code: FindingCode, message: string, facts: Facts = {}): Finding {
  return { code, verdict: 'ok', message, facts, remedy: null };
}

/** Something that is not right: `remedy` says what to do about it. */
export function amiss(
  verdict: 'warn' | 'fail',
  code: FindingCode,
  said: { readonly message: string; readonly remedy: string; readonly facts?: Facts },
): Finding {
  const { message, remedy, facts = {} } = said;
  return { code, verdict, message, facts, remedy };
}
