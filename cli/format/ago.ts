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
  return at === null ? '' : `in ${wait(Date.parse(at) - now)}`;
}

/**
 * Milliseconds that somebody has to wait: `59s`, `10m`, `1h30m`, `3d`, `2d5h`. Rounded up, so that nobody
 * comes too early. What is negative is 0.
 */
export function wait(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  return minutes < 1440
    ? inTwo(minutes, [60, 'h', 'm'])
    : inTwo(Math.ceil(minutes / 60), [24, 'd', 'h']);
}

function inTwo(count: number, [size, large, small]: readonly [number, string, string]): string {
  const rest = count % size;
  return `${Math.floor(count / size)}${large}${rest === 0 ? '' : `${rest}${small}`}`;
}

/** Milliseconds as a person says them: `0s`, `59s`, `3h`. What is negative (clocks differ) is 0. */
export function span(ms: number): string {
  const [unit, name] = UNITS.find(([size]) => ms >= size) ?? [1000, 's'];
  return `${Math.max(0, Math.floor(ms / unit))}${name}`;
}
