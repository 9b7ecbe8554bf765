import { shellWord } from '../config/shell-word.ts';

/**
 * Makes the commands that a text advises mean the config that this one was told to use: what follows
 * `claude-failover` is a verb only in advice.
 */
export function withSameConfig(text: string, config: string | undefined): string {
  if (config === undefined) return text;
  return text.replace(ADVISED, () => `claude-failover --config ${shellWord(config)} `);
}

const VERBS = [
  'init',
  'start',
  'stop',
  'reload',
  'check',
  'status',
  'doctor',
  'inspect',
  'task',
  'session',
  'account',
  'failover',
];
const ADVISED = new RegExp(`\\bclaude-failover (?=(?:${VERBS.join('|')})\\b)`, 'g');
