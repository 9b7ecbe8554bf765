import { expect } from '@jest/globals';
import type { AgentLab, HookPayload } from './agent-lab.ts';
import type { AgentPane } from './agent-pane.ts';
import { toldRows } from './told-rows.ts';
import { until } from './until.ts';

const READY_MS = 30_000;
const PASTE_START = '\u001b[200~';
const PASTE_END = '\u001b[201~';

/** The `n`th hook of this event. */
export function heardOf(
  heard: () => readonly HookPayload[],
  event: string,
  n = 1,
): Promise<HookPayload> {
  return until(() => heard().filter(({ hook_event_name }) => hook_event_name === event)[n - 1], {
    withinMs: READY_MS,
    what: `hook ${n} of ${event}`,
  });
}

/** The names of the hooks that ran, in order. */
export function hookNames(heard: () => readonly HookPayload[]): readonly string[] {
  return heard().map(({ hook_event_name = '' }) => hook_event_name);
}

/** What hooks say was submitted, in order. */
export function promptsHeard(heard: () => readonly HookPayload[]): readonly unknown[] {
  return heard()
    .filter(({ hook_event_name }) => hook_event_name === 'UserPromptSubmit')
    .map(({ prompt }) => prompt);
}

/** Waits until the transcript tells exactly this, or fails with what it tells. */
export async function expectRows(
  agents: AgentLab,
  conversation: string,
  expected: readonly string[],
): Promise<void> {
  const told = () => toldRows(agents.rows(conversation));
  const isAll = () => told().length >= expected.length;
  await until(isAll, { withinMs: READY_MS, what: 'all rows' }).catch(() => {});
  expect(told()).toEqual(expected);
}

/**
 * Waits until the statuses end so. Left out are `busy`, which may be too short to be seen, and the first
 * `idle`, over which a prompt that came as an argument may go.
 */
export async function expectWords(
  agents: AgentLab,
  conversation: string,
  expected: readonly string[],
): Promise<void> {
  const said = () => {
    const words = changes(agents.words(conversation).filter((word) => word !== 'busy'));
    return words[0] === 'idle' && words.length > expected.length ? words.slice(1) : words;
  };
  const isEnd = () => said().at(-1) === expected.at(-1) && said().length >= expected.length;
  await until(isEnd, { withinMs: READY_MS, what: 'the last status' }).catch(() => {});
  expect(said()).toEqual(expected);
}

/** Pastes as tmux does, waits until a word of it shows, and presses Enter. */
export async function paste(pane: AgentPane, text: string, shown: RegExp): Promise<void> {
  const before = pane.output().length;
  pane.type(`${PASTE_START}${text}${PASTE_END}`);
  await until(() => shown.test(pane.output().slice(before)), {
    withinMs: READY_MS,
    what: `${shown} on the screen`,
  });
  pane.type('\r');
}

/** Waits until the terminal shows it; one word, as the client moves the cursor over spaces. */
export function shows(pane: AgentPane, word: RegExp): Promise<boolean> {
  return until(() => word.test(pane.output()), {
    withinMs: READY_MS,
    what: `${word} on the screen`,
  });
}

/** Waits until the agent says in its file that it is so, whatever it said before. */
export function isNow(agents: AgentLab, conversation: string, word: string): Promise<boolean> {
  return until(() => agents.words(conversation).at(-1) === word, {
    withinMs: READY_MS,
    what: `the agent to be ${word}`,
  });
}

function changes(words: readonly string[]): readonly string[] {
  return words.filter((word, i) => word !== words[i - 1]);
}
