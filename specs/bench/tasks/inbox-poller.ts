/*
 * The usual way to feed sessions, as a program of its own. Once a second it looks at the pane of each
 * session that works, and at the inbox; a session that shows its prompt again is given the next task:
 * its agent is started anew if it was used, and the text is pasted and, half a second later, sent off.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../monotonic.ts';
import { pollOnOrders } from '../poll-loop.ts';
import { openPanes } from '../poller-panes.ts';
import { markTask, openTasksIn } from './inbox.ts';
import type { PollerTask, Told } from './inbox-poller-messages.ts';

const BEFORE_ENTER_MS = 500;
/** A session that shows no answer for so long is given up for the task, and used for the next. */
const STALLED_MS = 20_000;

interface Session {
  readonly name: string;
  /** `unused`: at its prompt, nothing was said to it yet. */
  state: 'unused' | 'used' | 'busy';
  busySinceMs: number;
}

const task: PollerTask = JSON.parse(process.argv[2] ?? '');
const panes = openPanes(task);
const sessions: Session[] = task.sessions.map((name) => ({
  ...{ name, state: 'unused', busySinceMs: 0 },
}));

await pollOnOrders({ begin: startAll, sweep, end: panes.end });

async function startAll(): Promise<void> {
  for (const { name } of sessions) panes.create(name, { conversation: randomUUID() });
  for (const { name } of sessions) await panes.atPrompt(name);
}

function sweep(): void {
  for (const session of sessions) {
    if (session.state !== 'busy') continue;
    if (panes.isAnswered(session.name)) {
      session.state = 'used';
      tell({ kind: 'ended', session: session.name });
    } else if (monotonicMs() - session.busySinceMs > STALLED_MS) session.state = 'used';
  }
  for (const name of openTasksIn(task.inbox)) {
    const session = free();
    if (session === null) break;
    void give(name, session);
  }
}

/** One that nothing was said to needs no new agent. */
function free(): Session | null {
  const best = sessions.find(({ state }) => state === 'unused');
  return best ?? sessions.find(({ state }) => state === 'used') ?? null;
}

/** Sessions are dealt with side by side; only the looking takes its turns. */
async function give(name: string, session: Session): Promise<void> {
  const isUsed = session.state === 'used';
  session.state = 'busy';
  session.busySinceMs = monotonicMs();
  markTask(task.inbox, name, session.name, { synced: false });
  tell({ kind: 'given', session: session.name, task: name });
  if (isUsed) {
    const pid = panes.respawn(session.name, { conversation: randomUUID() });
    tell({ kind: 'started', session: session.name, pid });
    await panes.atPrompt(session.name);
  }
  panes.paste(session.name, readFileSync(join(task.inbox, `${name}.md`), 'utf8'));
  await sleep(BEFORE_ENTER_MS);
  panes.pressEnter(session.name);
}

function tell(told: Told): void {
  process.send?.(told);
}
