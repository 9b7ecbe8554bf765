import { expect, test } from '@jest/globals';
import { launchAgent } from '../../../actors/launch/launch-agent.ts';
import type { AgentStatus, SessionFacts } from '../../../machines/ports.ts';
import type { LaunchRequest } from '../../../machines/session/types.ts';
import { createTestLaunch } from '../../harness/test-launch.ts';
import { heldTask, identity } from '../../harness/test-session.ts';

const NAME = 'pool-0';
const CONVERSATION = 'c';

/** A session whose conversation is on disk, with a living agent on the account `first`. */
async function onFirst() {
  const t = createTestLaunch();
  const first = await launchAgent(t.parts, t.requestFor({ conversation: CONVERSATION }));
  t.transcripts.add(CONVERSATION);
  t.calls.length = 0;
  t.prepared.length = 0;
  const { agent } = first.pane;
  const facts: Partial<SessionFacts> = {
    conversation: CONVERSATION,
    hasTranscript: true,
    account: 'second',
  };
  return {
    ...t,
    agent,
    isAlive: () => t.fake.processes.isAlive(agent),
    says: (more: Partial<AgentStatus> = {}) =>
      t.statuses.set(agent.pid, {
        agent,
        conversation: CONVERSATION,
        status: 'idle',
        waitingFor: null,
        account: 'first',
        cwd: null,
        ...more,
      }),
    /** Launches it on the account `second`. */
    launch: (more: Partial<LaunchRequest>) =>
      launchAgent(t.parts, t.requestFor(facts, { previous: agent, ...more })),
  };
}

type World = Awaited<ReturnType<typeof onFirst>>;

test('a conversation goes on on the other account once its agent is gone, and without a prompt when it has no task', async () => {
  const t = await onFirst();
  expect(await t.launch({ reason: 'failover' })).toMatchObject({
    mode: 'resume',
    conversation: CONVERSATION,
    delivery: 'none',
    ended: null,
  });
  expect(t.calls).toEqual(['end', 'intend', 'prepare', 'respawn']);
  expect(t.isAlive()).toBe(false);
  expect(t.prepared).toMatchObject([{ account: { name: 'second' }, prompt: null }]);
  expect(await t.store.sessions()).toMatchObject([{ account: 'second', previous: null }]);
});

test.each<readonly [string, (t: World) => unknown]>([
  ['at its limit', ({ world }) => Object.assign(world, { unusable: ['second'] })],
  ['in quarantine', ({ world }) => Object.assign(world, { errors: [{ message: 'no link' }] })],
])(
  'the old agent stays where it is when the account that it should go to is %s',
  async (_, spoil) => {
    const t = await onFirst();
    spoil(t);
    for (const reason of ['failover', 'move'] as const) {
      await expect(t.launch({ reason })).rejects.toMatchObject({
        code: expect.stringMatching(/^ACCOUNT_/),
      });
    }
    expect(t.calls).toEqual([]);
    expect(t.isAlive()).toBe(true);
  },
);

/** What may keep a healthy agent where it is. */
const SOMEBODYS: readonly (readonly [string, (t: World) => unknown])[] = [
  ['a person is at work there', (t) => t.fake.attachPerson(NAME, { at: Date.now() })],
  ['a turn runs', (t) => t.says({ status: 'busy' })],
  ['its agent asks something', (t) => t.says({ status: 'waiting', waitingFor: 'dialog open' })],
  ['its agent does not say what it does', (t) => t.statuses.clear()],
  [
    'nobody knows who is there',
    (t) => Object.assign(t.parts.tmux, { presence: () => Promise.reject(new Error('no answer')) }),
  ],
];

test.each(SOMEBODYS)('a healthy agent does not move while %s', async (_, happen) => {
  const t = await onFirst();
  t.says();
  happen(t);
  await expect(t.launch({ reason: 'move' })).rejects.toMatchObject({ code: 'DELIVERY_POSTPONED' });
  expect(t.calls).toEqual([]);
  expect(t.isAlive()).toBe(true);
});

test.each(SOMEBODYS)('an agent that cannot go on is ended also when %s', async (_, happen) => {
  const t = await onFirst();
  t.says();
  happen(t);
  await t.launch({ reason: 'failover' });
  expect(t.isAlive()).toBe(false);
});

test.each(['idle', 'shell'] as const)('a healthy agent that is %s moves', async (status) => {
  const t = await onFirst();
  t.says({ status });
  await t.launch({ reason: 'move' });
  expect(t.isAlive()).toBe(false);
  expect(t.prepared).toMatchObject([{ account: { name: 'second' }, mode: 'resume' }]);
});

test('an agent with a shell in the background makes room for a task: it is at rest', async () => {
  const t = await onFirst();
  t.says({ status: 'shell' });
  t.texts.set(heldTask().id, 'Fix it');
  const { workdir: project } = t.requestFor().facts;
  await t.launch({ reason: 'task', task: heldTask({ project }) });
  expect(t.isAlive()).toBe(false);
});

test('an agent that an unfinished launch left there is taken over when it is on that account already', async () => {
  const t = await onFirst();
  t.says({ account: 'second' });
  for (const reason of ['failover', 'move'] as const) {
    const found = await t.launch({ reason, previous: identity(4242) });
    expect(found).toMatchObject({ mode: 'found', pane: { agent: t.agent } });
  }
  expect(t.isAlive()).toBe(true);
});

test.each<readonly [string, (t: World) => unknown]>([
  ['is on the old account', (t) => t.says()],
  ['does not say on which account it is', (t) => t.statuses.clear()],
])('one that %s is not taken for one of the new account: it is ended first', async (_, happen) => {
  const t = await onFirst();
  happen(t);
  expect(await t.launch({ reason: 'failover', previous: null })).toMatchObject({ mode: 'resume' });
  expect(t.calls).toEqual(['end', 'intend', 'prepare', 'respawn']);
  expect(t.isAlive()).toBe(false);
});

test('one that is on the old account, and at work, is not ended for a move', async () => {
  const t = await onFirst();
  t.says({ status: 'busy' });
  await expect(t.launch({ reason: 'move', previous: null })).rejects.toMatchObject({
    code: 'DELIVERY_POSTPONED',
  });
  expect(t.isAlive()).toBe(true);
});

/** Its first turn has ended at the limit, and nobody has seen it on the disk yet. */
function inTrouble(): Pick<SessionFacts, 'conversation' | 'hasTranscript' | 'trouble'> {
  const evidence = {
    source: 'signal',
    at: 1,
    session: NAME,
    conversation: CONVERSATION,
    prompt: 'p',
    error: 'rate_limit',
    status: null,
    message: '',
  } as const;
  const trouble = { kind: 'limit', window: 'five_hour', resetsAt: null } as const;
  return {
    conversation: CONVERSATION,
    hasTranscript: false,
    trouble: { trouble, evidence, account: 'first', isOver: false },
  };
}

const OF_TASK = {
  reason: 'failover',
  task: heldTask({ conversation: CONVERSATION, project: '/' }),
} as const;

test('a client that tells of the end of its turn before it has written it is ended first, and then all is there', async () => {
  const t = await onFirst();
  t.transcripts.clear();
  t.world.onEnd = () => t.transcripts.add(CONVERSATION);
  const request = t.requestFor(inTrouble(), { ...OF_TASK, previous: t.agent });
  expect(await launchAgent(t.parts, request)).toMatchObject({
    mode: 'resume',
    conversation: CONVERSATION,
  });
});

test.each([OF_TASK, { reason: 'failover' }] as const)(
  'what a client that was ended never wrote down is begun again under its id: nothing was in it (%j)',
  async (more) => {
    const t = await onFirst();
    t.transcripts.clear();
    t.texts.set(heldTask().id, 'the whole task');
    const request = t.requestFor(inTrouble(), { ...more, previous: t.agent });
    expect(await launchAgent(t.parts, request)).toMatchObject({
      mode: 'new',
      conversation: CONVERSATION,
    });
  },
);

test.each([OF_TASK, { reason: 'failover' }] as const)(
  'a client that is slow to write is given a moment; what was seen then and is gone afterwards is not begun afresh (%j)',
  async (more) => {
    const t = await onFirst();
    t.transcripts.clear();
    let sleeps = 0;
    t.world.onSleep = () => {
      sleeps += 1;
      if (sleeps === 10) t.transcripts.add(CONVERSATION);
    };
    t.world.onEnd = () => t.transcripts.clear();
    const request = t.requestFor(inTrouble(), { ...more, previous: t.agent });
    await expect(launchAgent(t.parts, request)).rejects.toMatchObject({
      code: 'TRANSCRIPT_VANISHED',
    });
    expect([sleeps, t.calls]).toEqual([10, ['end']]);
  },
);

test('a conversation of which no turn has ended need not be on the disk, and is not waited for', async () => {
  const t = await onFirst();
  t.transcripts.clear();
  t.world.onSleep = () => {
    throw new Error('nobody is waited for');
  };
  const facts = { ...inTrouble(), trouble: null };
  const request = t.requestFor(facts, { reason: 'failover', previous: t.agent });
  expect(await launchAgent(t.parts, request)).toMatchObject({ mode: 'new' });
});

test('one that has ended writes nothing any more, and is not waited for', async () => {
  const t = await onFirst();
  t.transcripts.clear();
  t.world.onSleep = () => {
    throw new Error('nobody is waited for');
  };
  const request = t.requestFor(inTrouble(), { reason: 'failover', previous: null });
  expect(await launchAgent(t.parts, request)).toMatchObject({ mode: 'new' });
});

test('a conversation whose transcript has vanished moves nowhere, and its agent lives on', async () => {
  const t = await onFirst();
  t.transcripts.clear();
  for (const previous of [t.agent, null]) {
    await expect(t.launch({ reason: 'failover', previous })).rejects.toMatchObject({
      code: 'TRANSCRIPT_VANISHED',
    });
  }
  expect(t.isAlive()).toBe(true);
});

// ── a person's own session ──────────────────────────────────────────────────────────────────────

const OF_PERSON = { reason: 'failover', isPersons: true } as const;

/** Its turn has ended at the limit of its account, ten seconds ago. */
async function ofPerson() {
  const t = await onFirst();
  const failedAt = Date.now() - 10_000;
  const { trouble } = inTrouble();
  if (trouble === null) throw new Error('it is in trouble');
  const of = { ...trouble, evidence: { ...trouble.evidence, at: failedAt } };
  const facts = { conversation: CONVERSATION, hasTranscript: true, account: 'second' };
  t.says();
  return {
    ...t,
    failedAt,
    launch: () => {
      const request = t.requestFor({ ...facts, trouble: of }, { ...OF_PERSON, previous: t.agent });
      return launchAgent(t.parts, request);
    },
  };
}

type OfPerson = Awaited<ReturnType<typeof ofPerson>>;

test.each<readonly [string, (t: OfPerson) => unknown]>([
  ['its person has come and types', (t) => t.fake.attachPerson(NAME, { at: Date.now() })],
  ['a turn runs once more', (t) => t.says({ status: 'busy' })],
  [
    'nobody knows who is there',
    (t) => Object.assign(t.parts.tmux, { presence: () => Promise.reject(new Error('no answer')) }),
  ],
])(
  'the agent of a person`s own session is not ended after its limit while %s',
  async (_, happen) => {
    const t = await ofPerson();
    happen(t);
    await expect(t.launch()).rejects.toMatchObject({ code: 'DELIVERY_POSTPONED' });
    expect(t.calls).toEqual([]);
    expect(t.isAlive()).toBe(true);
  },
);

test.each<readonly [string, (t: OfPerson) => unknown]>([
  ['its person only looks on', (t) => t.fake.attachPerson(NAME, { at: t.failedAt - 1000 })],
  [
    'it shows the dialog of its client',
    (t) => t.says({ status: 'waiting', waitingFor: 'dialog open' }),
  ],
  ['it does not say what it does', (t) => t.statuses.clear()],
])('it is ended when %s', async (_, happen) => {
  const t = await ofPerson();
  happen(t);
  await t.launch();
  expect(t.isAlive()).toBe(false);
});
