const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
];

/** How long ago an ISO time was, in its largest unit: `5s ago`, `3h ago`; empty for null. */
export function ago(at: string | null, now: number): string {
  return at === null ? '' : `${span(now - Date.parse(at))} ago`;
}

/** A time to come as `in 5m`; empty for null. */
export function until(at: string | null, now: number): string {
  return at === null ? '' : `in ${span(Date.parse(at) - now)}`;
}

/** Milliseconds as a person says them: `0s`, `59s`, `3h`. What is negative (clocks differ) is 0. */
export function span(ms: number): string {
  const [unit, name] = UNITS.find(([size]) => ms >= size) ?? [1000, 's'];
  return `${Math.max(0, Math.floor(ms / unit))}${name}`;
}
