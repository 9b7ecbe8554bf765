/** At most `intensity` restarts within `periodMs`; one more and the supervisor gives up (OTP). */
export interface Tolerance {
  readonly intensity: number;
  readonly periodMs: number;
}

export type RestartVerdict =
  | { readonly kind: 'restart'; readonly history: readonly number[] }
  | { readonly kind: 'giveUp'; readonly history: readonly number[] };

/**
 * Adds the crash at `nowMs` to the window and decides, as `add_restart` of OTP's supervisor does:
 * drop what has left the window, add now, compare with the intensity.
 *
 * @param history monotonic milliseconds of earlier crashes that counted, oldest first
 * @param nowMs   the same clock
 */
export function addRestart(
  history: readonly number[],
  nowMs: number,
  { intensity, periodMs }: Tolerance,
): RestartVerdict {
  const recent = [...history.filter((at) => at > nowMs - periodMs), nowMs];
  return { kind: recent.length > intensity ? 'giveUp' : 'restart', history: recent };
}
