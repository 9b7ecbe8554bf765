import { shellWord } from '../../config/shell-word.ts';
import { spoolIn } from './spool.ts';

/** What each begins with. The agent's PATH may lead anywhere; ours comes first. */
const PROLOGUE = ['umask 077', 'PATH=/usr/bin:/bin:$PATH'] as const;

/**
 * The `sh` program that stores what a hook is given on stdin as one file of the spool. It costs two
 * forks and waits for nobody. The file's name needs no fork either, sorts by time, and is of this hook
 * only: when the agent was launched, since when the machine runs (1/100 s), and the shell's pid.
 *
 * @param folder the session's own directory, absolute
 * @param launchedAt epoch milliseconds
 */
export function signalScript(folder: string, launchedAt: number): string {
  const launch = String(launchedAt).padStart(13, '0');
  return program([
    ...PROLOGUE,
    `cd -- ${shellWord(spoolIn(folder).root)} || exit`,
    'read -r up _ </proc/uptime',
    `up=000000000$up pid=000000$$`,
    `name=${launch}-\${up#"\${up%????????????}"}-\${pid#"\${pid%???????}"}.json`,
    // Nothing is ever written over: neither here nor by the move.
    'set -C',
    'cat >"tmp/$name" && exec mv -n -- "tmp/$name" "new/$name"',
    // The disk is full: what was cut short is no signal.
    'rm -f -- "tmp/$name"',
    'exit 1',
  ]);
}

/**
 * The `sh` program that shows the session's name and keeps what the client says of its account's
 * usage, as a whole or not at all.
 */
export function statusLineScript(folder: string, session: string): string {
  return program([
    `printf '%s\\n' ${shellWord(session)}`,
    ...PROLOGUE,
    `cd -- ${shellWord(folder)} || exit`,
    'cat >"signals/tmp/statusline-$$" && exec mv -f -- "signals/tmp/statusline-$$" statusline.json',
    'rm -f -- "signals/tmp/statusline-$$"',
  ]);
}

/**
 * The command line that runs such a program out of the client. It never fails and always takes what
 * it is given: by the exit code 2, with which `sh` ends when its script is gone, a hook would refuse
 * the prompt or send the agent back to work; and a broken pipe would be shown to the person.
 */
export function commandOf(script: string): string {
  return `/bin/sh ${shellWord(script)} 2>/dev/null || cat >/dev/null 2>&1 || :`;
}

function program(lines: readonly string[]): string {
  return ['# Written by claude-failover at each launch.', ...lines, ''].join('\n');
}
