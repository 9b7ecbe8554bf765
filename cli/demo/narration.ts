import { basename, relative } from 'node:path';
import { printable } from '../../config/printable.ts';
import { shellWord } from '../../config/shell-word.ts';
import { messageOf } from '../../supervisor/sentences.ts';
import type { Log } from '../daemon-voice.ts';
import { shortConversation } from '../format/session-words.ts';
import type { Paint } from '../terminal/colours.ts';
import type { TaskTitles } from './task-titles.ts';

/** How a demo speaks: the daemon's log as sentences, and what the demo itself does. */
export interface Narration {
  readonly log: Log;
  tell(text: string): void;
}

export function narrateTo(
  print: (text: string) => void,
  paint: Paint,
  titles: TaskTitles,
): Narration {
  const line = (who: string, text: string) =>
    print(`${paint('dim', clock(new Date()))}  ${paint('cyan', who)}${printable(text)}`);
  return {
    log: (entry) => {
      titles.hear(entry);
      const sentence = sentenceFor(entry, titles);
      if (sentence !== null) line('', sentence);
    },
    tell: (text) => line('demo: ', text),
  };
}

/** A demo's sessions do not stay, and what a reconcile thinks is for who debugs. */
const UNSAID: ReadonlySet<string> = new Set(['daemon.stopping', 'reconcile.planned']);

/** null for what a demo does not say. */
function sentenceFor(entry: Parameters<Log>[0], titles: TaskTitles): string | null {
  if (UNSAID.has(entry.event)) return null;
  const sentence = messageOf(entry);
  if (entry.event === 'session.recreated') {
    return `${sentence}, in its conversation ${shortConversation(entry.conversation)}`;
  }
  const { task = null } = 'task' in entry ? entry : {};
  if (task === null) return sentence;
  const title = titles.of(task);
  // Where it is worked on is the same for all of the demo's own; by its id it can be looked up.
  const isOwn = title !== task;
  if (entry.event === 'task.accepted' && isOwn) return `${title}: accepted as ${task}`;
  return sentence.replace(task, title);
}

function clock(at: Date): string {
  return at.toTimeString().slice(0, 8);
}

export interface Places {
  /** argv[0] and argv[1] of this process. */
  readonly program: readonly string[];
  /** The working directory: a program below it is named from there. */
  readonly cwd: string;
  readonly config: string;
  readonly session: string;
  /** A one-time link to the page; null when none is served. */
  readonly link: string | null;
}

/** Where to look, as commands that can be copied to another terminal. */
export function whereToLook({ program, cwd, config, session, link }: Places): string {
  const [node = 'node', script = ''] = program;
  const command = [basename(node), nearest(script, cwd)].map(shellWord).join(' ');
  return [
    '',
    'Three demo agents on two accounts: no login, no model, nothing leaves this machine.',
    'In another terminal:',
    `  export CLAUDE_FAILOVER_CONFIG=${shellWord(config)}`,
    `  ${command} status --watch`,
    `  ${command} task list`,
    `  ${command} task add 'Say hello [[demo:work 5s]]'`,
    `  ${command} session attach ${session}      (Ctrl-b d leaves it)`,
    `  ${command} account limit demo-two --for 30s`,
    link === null
      ? 'No page is served.'
      : `In a browser on this machine (once, within a minute; \`inspect\` prints another):\n  ${link}`,
    'Ctrl-C ends the demo and leaves nothing behind.',
    '',
  ].join('\n');
}

function nearest(script: string, cwd: string): string {
  const fromHere = relative(cwd, script);
  return fromHere.startsWith('..') ? script : fromHere;
}
