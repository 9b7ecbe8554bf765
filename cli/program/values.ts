import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../config/durations.ts';
import { parseMoment } from './moment.ts';

/** Milliseconds of a text such as `60s`. */
export function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null) return milliseconds;
  throw new InvalidArgumentError('It is a number with a unit, as in 60s.');
}

/** Epoch milliseconds of a time, or of a duration from now. */
export function moment(text: string): number {
  const at = parseMoment(text, Date.now());
  if (at !== null) return at;
  throw new InvalidArgumentError(
    'It is a time such as 2026-12-24T18:00 (local) or 2026-12-24T18:00Z, or a duration such as 30m.',
  );
}
