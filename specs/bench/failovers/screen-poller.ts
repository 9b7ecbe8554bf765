/*
 * The usual way to change accounts, as a program of its own. Once a second it looks at the pane of its
 * session if that works; when it reads there that a limit is reached, it kills the session, starts the
 * client again on the other account with the same conversation, waits for its prompt, pastes a word to go
 * on, and half a second later sends that off. Until it is asked again it does not look: the words are still
 * to be read.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pollOnOrders } from '../poll-loop.ts';
import { openPanes } from '../poller-panes.ts';
import type { Asked, PollerTask, Told } from './screen-poller-messages.ts';

const BEFORE_ENTER_MS = 500;
const LIMIT = /hit your .*limit|limit reached|5-hour limit|out of (extra )?usage/i;
const GO_ON = 'continue';

const task: PollerTask = JSON.parse(process.argv[2] ?? '');
const { session, accounts } = task;
const panes = openPanes(task);
let state: 'unused' | 'working' | 'used' = 'unused';
let conversation: string = randomUUID();
let account = 0;

process.on('message', (asked: Asked | string) => {
  if (typeof asked !== 'string') void ask(asked.text);
});
await pollOnOrders({ begin, sweep, end: panes.end });

async function begin(): Promise<void> {
  tellStarted(panes.create(session, { conversation, env: accountEnv() }));
  // Between a session that is killed and the next one there is none.
  panes.keepServer();
  await panes.atPrompt(session);
}

/** Each turn begins a conversation: one that is read again has the words of its past on the screen. */
async function ask(text: string): Promise<void> {
  if (state !== 'unused') {
    state = 'used';
    conversation = randomUUID();
    // Where the last client could not go on there is no session any more.
    panes.kill(session);
    tellStarted(panes.create(session, { conversation, env: accountEnv() }));
    await panes.atPrompt(session);
  }
  await say(text);
  state = 'working';
}

function sweep(): void {
  if (state !== 'working' || !panes.shows(session, LIMIT)) return;
  tell({ kind: 'known' });
  void changeAccount();
}

async function changeAccount(): Promise<void> {
  state = 'used';
  const moved = conversation;
  account = (account + 1) % accounts.length;
  panes.kill(session);
  tellStarted(panes.create(session, { conversation, isResume: true, env: accountEnv() }));
  await panes.atPrompt(session);
  // It never came up, and this is the prompt of the next turn.
  if (conversation !== moved) return;
  await say(GO_ON);
}

async function say(text: string): Promise<void> {
  panes.paste(session, text);
  await sleep(BEFORE_ENTER_MS);
  panes.pressEnter(session);
}

function accountEnv(): Readonly<Record<string, string>> {
  return { CLAUDE_CONFIG_DIR: accounts[account]?.home ?? '' };
}

function tellStarted(pid: number): void {
  tell({ kind: 'started', account: accounts[account]?.name ?? '', pid });
}

function tell(told: Told): void {
  process.send?.(told);
}
