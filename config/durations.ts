import ms from 'ms';

const WITH_UNIT = /^\d*\.?\d+ ?[a-z]+$/i;

/** Milliseconds of a text such as `60s`, `1.5h` or `30d`; null when it is not a number with a unit. */
export function parseDuration(text: string): number | null {
  if (text.length > 40 || !WITH_UNIT.test(text)) return null;
  // The declared type of `ms` wants a literal; an unknown unit makes it return undefined.
  const parsed: unknown = ms(text as Parameters<typeof ms>[0]);
  return typeof parsed === 'number' && Number.isFinite(parsed) ? Math.round(parsed) : null;
}

/** As `parseDuration`, for a text that the schema has accepted; throws `RangeError` for any other. */
export function durationMs(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) throw new RangeError(`not a duration: ${text}`);
  return milliseconds;
}
