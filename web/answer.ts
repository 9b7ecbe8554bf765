import type { DaemonApi, Refusal, VerbOutcome } from './daemon-api.ts';

/** A request that a route has been found for. */
export interface Call {
  readonly api: DaemonApi;
  /** The captured parts of its path, decoded. */
  readonly words: readonly string[];
  /** Parsed JSON; null when there was none. */
  readonly body: unknown;
}

export interface ApiResponse {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
}

export function found(body: unknown): ApiResponse {
  return { status: 200, body };
}

/** What was asked for; null = there is none, which `missing` says. */
export function foundOr(detail: object | null, missing: string): ApiResponse {
  if (detail === null) return refused(404, 'NOT_FOUND', missing);
  return isRefusal(detail) ? refusal(detail) : found(detail);
}

function isRefusal(answer: object): answer is Refusal {
  return 'ok' in answer && answer.ok === false;
}

/** What became of a verb. */
export function verbResponse(outcome: VerbOutcome): ApiResponse {
  return outcome.ok ? found({ v: 1, ...outcome }) : refusal(outcome);
}

/** Of what a caller asked for, and did not get: the daemon's own code and words. */
export function refusal({ code, message }: Refusal): ApiResponse {
  return refused(code === 'NOT_FOUND' ? 404 : 409, code, message);
}

export function noSuchVerb(verb: string, known: readonly string[]): ApiResponse {
  return refused(404, 'NOT_FOUND', `no verb ${verb}; there are ${known.join(', ')}`);
}

/** The one shape of a refusal. */
export function refused(status: number, code: string, message: string): ApiResponse {
  return { status, body: { v: 1, ok: false, code, message } };
}
