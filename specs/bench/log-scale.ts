/**
 * Where a number from `from` to `to` lies between two places when each tenfold is as wide as the next. What is
 * outside is put at the edge. Rounded to a tenth.
 */
export function logScale(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  const span = Math.log(to / from);
  return (value) => {
    const part = Math.log(Math.min(Math.max(value, from), to) / from) / span;
    return Math.round(10 * (start + part * (end - start))) / 10;
  };
}
