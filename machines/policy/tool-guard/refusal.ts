import type { ToolGuardRule } from '../../../config/tool-guard-rules.ts';

/** Why a tool is refused. */
export interface Refusal {
  /** A rule; `guard-broken` when it could not be judged at all. */
  readonly rule: ToolGuardRule | 'guard-broken';
  /** What it would have done, in one line for the log. */
  readonly reason: string;
}

const INSTEAD: Readonly<Record<Refusal['rule'], string>> = {
  'rm-outside-workdir':
    'Remove only what lies inside your working directory or a temporary directory, by its own path.',
  'block-device': 'Work with files; disks and partitions are left to a person.',
  'chmod-wide':
    'Change modes and owners inside your working directory only, and open nothing to everybody.',
  sudo: 'Work with the rights that you have; installing packages with sudo apt-get is allowed.',
  crontab: 'Say what should run and when, and leave the schedule to a person.',
  'pipe-to-shell':
    'Download it to a file, read the file, and run that only if it is what you need.',
  'fork-bomb': 'Start as many processes as are needed, each by its own command.',
  'force-push':
    'Push without force, to a branch of your own, or with --force-with-lease if it must be rewritten.',
  'reset-protected-branch':
    'Leave main, master and production where they are: work on a branch of your own, or use git revert.',
  'write-settings': 'Settings of the client and of its supervisor are left to a person.',
  'write-hooks': 'Hooks of the client are left to a person.',
  'write-keys': 'Keys and credentials are left to a person.',
  'write-shell-startup':
    'Put what a command needs (variables, PATH) in front of that command, or in a file of the project.',
  'write-system': 'Keep files inside your working directory; the system is left to a person.',
  'guard-broken': 'Say that the tool guard does not work, and stop.',
};

/** What the model is told: what was refused, and what to do instead. */
export function refusalForModel({ rule, reason }: Refusal): string {
  return [
    `Refused by the tool guard (${rule}): ${reason}.`,
    INSTEAD[rule],
    'If the task cannot be done without it, say so in your answer; do not look for a way around the guard.',
  ].join(' ');
}
