import type { Command } from 'commander';

/** What is said of a command line that has both of two things, or neither. */
interface Wrong {
  readonly both: string;
  readonly neither: string;
}

/** Ends the command as a misuse unless exactly one of two things that exclude each other was given. */
export function requireOneOf(
  command: Command,
  [one, other]: readonly [boolean, boolean],
  wrong: Wrong,
): void {
  if (one !== other) return;
  command.error(`error: ${one ? wrong.both : wrong.neither}`);
}
