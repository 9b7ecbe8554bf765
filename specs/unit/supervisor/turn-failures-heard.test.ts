import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createSignalPort } from '../../../actors/signals/signal-port.ts';
import type { FailoverError } from '../../../config/errors.ts';
import { accountNamed } from '../../../supervisor/children.ts';
import { signalDealer } from '../../../supervisor/hear-signals.ts';
import { sessionNamed } from '../../../supervisor/pool.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { startTestRoot } from '../../harness/test-root.ts';
import { heldTask, START, settle, statusOf } from '../../harness/test-session.ts';
import { until } from '../../harness/until.ts';

const NAME = 'pool-0';
const PAYLOADS = new URL('../../fixtures/client-payloads/hooks/', import.meta.url);

/** What a hook of the real client was given. */
function payload(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, PAYLOADS), 'utf8'));
}

/** A turn that was too long, and each try of the client's helper to compact the conversation. */
const HELPER_FAILED = payload('StopFailure.invalid_request');
const { agent_id: _helper, ...TURN_FAILED } = HELPER_FAILED;
const LIMIT = payload('StopFailure.rate_limit');

/** A pool of which one session is in a turn, and which hears what hooks leave in the real spool of that session. */
async function hearingPool() {
  const t = startTestRoot();
  await t.settle();
  const folder = join(tempDir(), 'sessions');
  const unread = join(folder, NAME, 'signals', 'new');
  mkdirSync(unread, { recursive: true });
  const errors: FailoverError[] = [];
  const port = createSignalPort({ folder, sessions: [NAME], onError: (one) => errors.push(one) });
  atEnd(() => port.close());
  const deal = signalDealer(t.root, {
    statuses: { inTurn: async (_, act) => void (await act()), refreshOne: () => {} },
    stored: async () => {},
    tell: () => {},
    isRetiring: () => false,
  });
  const session = sessionNamed(t.root, NAME);
  if (session === null) throw new Error('no session');
  const context = () => session.getSnapshot().context;
  session.send({
    type: 'agent.status',
    status: statusOf(context(), { status: 'idle' }),
    hasTranscript: true,
  });
  session.send({ type: 'task.assigned', task: heldTask({ project: '/work' }) });
  await settle();
  const { conversation } = context();
  session.send({ type: 'agent.prompted', conversation, task: heldTask().id });
  return {
    /** The hooks ran one after the other; resolves once all of it was dealt with. */
    hear: async (...told: readonly object[]) => {
      for (const [index, one] of told.entries()) {
        const file = join(unread, `${index}.json`);
        writeFileSync(file, JSON.stringify(one));
        utimesSync(file, START / 1000, START / 1000);
      }
      // The conversation that the payloads name is the one of this session.
      port.listen((signal) => deal({ ...signal, conversation }));
      await until(() => readdirSync(unread).length === 0, {
        withinMs: 5000,
        what: 'all signals to be dealt with',
      });
      expect(errors).toEqual([]);
    },
    value: () => session.getSnapshot().value,
    state: () => accountNamed(t.root, 'first')?.getSnapshot().value,
    logged: () => t.of('logged').map(({ entry }) => entry.event),
    news: () => t.of('task').map(({ report }) => report.news.kind),
  };
}

test('a turn that is too long tells five times that it failed: its task ends once, and its account stays', async () => {
  const t = await hearingPool();
  await t.hear(HELPER_FAILED, HELPER_FAILED, HELPER_FAILED, HELPER_FAILED, TURN_FAILED);
  expect(t.news()).toEqual(['confirmed', 'failed']);
  expect(t.state()).toBe('available');
  expect(t.value()).toEqual({ idle: 'ready' });
});

test('so it does when the client names its helper in none of them', async () => {
  const t = await hearingPool();
  await t.hear(...Array.from({ length: 5 }, () => TURN_FAILED));
  expect(t.news()).toEqual(['confirmed', 'failed']);
  expect(t.state()).toBe('available');
});

test('what only a helper told is not the end of the turn', async () => {
  const t = await hearingPool();
  await t.hear(HELPER_FAILED, { ...LIMIT, agent_id: 'ac432ace838463b46' });
  expect(t.news()).toEqual(['confirmed']);
  expect(t.state()).toBe('available');
  expect(t.value()).toEqual({ working: { running: 'turn' } });
});

test('a limit that one turn tells five times is one limit, and one way out', async () => {
  const t = await hearingPool();
  await t.hear(...Array.from({ length: 5 }, () => LIMIT));
  expect(t.logged().filter((event) => event === 'account.limited')).toHaveLength(1);
  expect(t.state()).toBe('limited');
  expect(t.value()).toEqual({ working: { moving: 'awaiting' } });
});
