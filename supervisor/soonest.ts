/** Does the work for one after the other; the earliest of the times that come of it, null when none does. */
export async function soonest<T>(
  all: readonly T[],
  work: (one: T) => Promise<number | null>,
): Promise<number | null> {
  const times: number[] = [];
  for (const one of all) {
    const time = await work(one);
    if (time !== null) times.push(time);
  }
  return times.length === 0 ? null : Math.min(...times);
}
