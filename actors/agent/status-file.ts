import { readFile } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Account } from '../../config/types.ts';
import type { AgentStatus, AgentStatusWord } from '../../machines/ports.ts';
import { isAlive } from '../process/identity.ts';

const WORDS: readonly AgentStatusWord[] = ['idle', 'busy', 'waiting', 'shell'];
const READ_ATTEMPTS = 5;
const RETRY_MS = 4;

/** Costs a third of the one in node:fs/promises, and every agent's file is read at each refresh. */
const readText = promisify(readFile);

/** Where the clients of this account say what they do, one `<pid>.json` each. */
export function statusFolder(account: Account): string {
  return path.join(account.home, 'sessions');
}

/** What a client says of itself, and when. */
export interface Said {
  readonly status: AgentStatus;
  /** Epoch milliseconds when it was started; null = it does not say. */
  readonly startedAt: number | null;
  /** Epoch milliseconds since when its status is so; null = it does not say. */
  readonly statusAt: number | null;
}

/** The same without the times, as `readSaid`. */
export async function readStatus(account: Account, pid: number): Promise<AgentStatus | null> {
  return (await readSaid(account, pid))?.status ?? null;
}

/**
 * What the process says in its status file, believed only while that very process lives: a killed
 * client leaves the file behind, and its pid may be another program's by now. null when there is no
 * file, or none that speaks of an interactive agent at its prompt.
 */
export async function readSaid(account: Account, pid: number): Promise<Said | null> {
  const file = path.join(statusFolder(account), `${pid}.json`);
  for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
    const text = await readText(file, 'utf8').catch(() => null);
    if (text === null) return null;
    const content = parsed(text);
    if (content) return believed(saidIn(content, account.name), pid);
    // The client writes in place, so a reader may see half of it.
    await delay(RETRY_MS);
  }
  return null;
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function saidIn(content: Readonly<Record<string, unknown>>, account: string): Said | null {
  const status = statusIn(content, account);
  if (status === null) return null;
  const { startedAt, statusUpdatedAt } = content;
  return { status, startedAt: timeOr(startedAt), statusAt: timeOr(statusUpdatedAt) };
}

function timeOr(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** The fields we rely on; anything else (headless runs have no `status`, words may be added) is null. */
function statusIn(content: Readonly<Record<string, unknown>>, account: string): AgentStatus | null {
  const { pid, procStart, sessionId, status, waitingFor, cwd } = content;
  const word = WORDS.find((known) => known === status);
  if (typeof pid !== 'number' || typeof procStart !== 'string') return null;
  if (typeof sessionId !== 'string' || !word) return null;
  return {
    agent: { pid, startTime: procStart },
    conversation: sessionId,
    status: word,
    waitingFor: typeof waitingFor === 'string' ? waitingFor : null,
    account,
    cwd: typeof cwd === 'string' ? cwd : null,
  };
}

function believed(said: Said | null, pid: number): Said | null {
  if (said?.status.agent.pid !== pid) return null;
  return isAlive(said.status.agent) ? said : null;
}
