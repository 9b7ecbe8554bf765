import { printable } from '../../config/printable.ts';

/** What is known of something, by its name; null = it is not known, or does not apply. */
export type NamedFact = readonly [name: string, value: string | number | null];

/**
 * A line for each fact that is not null.
 *
 * @param width characters of the column of names
 */
export function factLines(facts: readonly NamedFact[], width: number): string {
  return facts
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `  ${name.padEnd(width)}${printable(String(value))}`)
    .join('\n');
}
