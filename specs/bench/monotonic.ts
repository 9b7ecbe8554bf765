/** The machine's monotonic clock in milliseconds: one clock for all processes, so that times of two may be subtracted. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
