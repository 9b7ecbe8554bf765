import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { pasteTask } from '../../../actors/deliver/paste-task.ts';
import type { AgentStatusWord } from '../../../machines/ports.ts';
import {
  createTestDelivery,
  DELIVERED_TO,
  type TestDelivery,
} from '../../harness/test-delivery.ts';

const HEADER = '[task t_01JD8Z6Q0V3K5N7R9T1W3Y5A7C]';
const MINUTE = 60_000;
const NEVER = new AbortController().signal;

function pastedOnce(text: string): string {
  return `\x1b[200~${text}\x1b[201~`;
}

function says(word: AgentStatusWord | null): (t: TestDelivery) => void {
  return ({ world }) => {
    world.status = word;
  };
}

/** Nothing was typed, and no text is left on disk. */
function expectUntouched(t: TestDelivery, received = ''): void {
  expect(t.received()).toBe(received);
  expect(readdirSync(t.folder)).toEqual([]);
}

test('a prompt is pasted as one text with its header, and sent off with one Enter after a gap', async () => {
  const t = await createTestDelivery();
  t.world.text = 'first\nsecond';
  await pasteTask(t.parts, t.requestFor(), NEVER);
  expect(t.received()).toBe(`${pastedOnce(`${HEADER}\rfirst\rsecond`)}\r`);
  expect(t.sleeps).toEqual([50]);
  expect(readdirSync(t.folder)).toEqual([]);
});

test('a task that goes on is told so, in its own conversation', async () => {
  const t = await createTestDelivery();
  t.world.text = null;
  t.world.isUsed = true;
  await pasteTask(t.parts, t.requestFor({ conversation: 'c' }), NEVER);
  expect(t.received()).toBe(`${pastedOnce(`${HEADER}\rGo on.`)}\r`);
});

test('a task whose agent ended before it wrote the prompt down is not told to go on with nothing', async () => {
  const t = await createTestDelivery();
  await pasteTask(t.parts, t.requestFor({ conversation: 'c' }), NEVER);
  expect(t.received()).toBe(`${pastedOnce(`${HEADER}\rdo it`)}\r`);
});

test('a trailing backslash, which would make Enter a line break, is followed by a last line', async () => {
  const t = await createTestDelivery();
  t.world.text = 'C:\\';
  await pasteTask(t.parts, t.requestFor(), NEVER);
  expect(t.received()).toBe(`${pastedOnce(`${HEADER}\rC:\\\r[end of task]`)}\r`);
});

test('an agent whose shell runs on in the background is at its prompt all the same', async () => {
  const t = await createTestDelivery();
  t.world.status = 'shell';
  await pasteTask(t.parts, t.requestFor(), NEVER);
  expect(t.received()).toBe(`${pastedOnce(`${HEADER}\rdo it`)}\r`);
});

test('copy mode is left', async () => {
  const t = await createTestDelivery();
  t.fake.enterMode(DELIVERED_TO);
  await pasteTask(t.parts, t.requestFor(), NEVER);
  const presence = await t.fake.presence([DELIVERED_TO]);
  expect(presence.get(DELIVERED_TO)?.inMode).toBe(false);
});

test('people who watch, and one who has been still for a minute, do not keep it', async () => {
  const t = await createTestDelivery();
  t.fake.attachPerson(DELIVERED_TO, { isReadOnly: true, at: t.now() });
  t.fake.attachPerson(DELIVERED_TO, { at: t.now() - MINUTE });
  await pasteTask(t.parts, t.requestFor(), NEVER);
  expect(t.received()).toMatch(/\r$/);
});

test.each([
  ['is busy', says('busy')],
  ['asks something', says('waiting')],
  ['does not say what it does', says(null)],
  ['has ended', (t: TestDelivery) => t.fake.endAgent(DELIVERED_TO, { kind: 'exit', code: 0 })],
  ['has lost its pane', (t: TestDelivery) => t.fake.closeAgentPane(DELIVERED_TO)],
  ['is in a session of another name', (t: TestDelivery) => t.fake.renameSession(DELIVERED_TO, 'x')],
  ['is lost with its server', (t: TestDelivery) => t.fake.loseServer()],
  ['is behind a tmux that hangs', (t: TestDelivery) => t.fake.hang()],
])('nothing is typed while the agent %s', async (_what, happen) => {
  const t = await createTestDelivery();
  t.world.onPaste = () => {
    throw new Error('it was pasted');
  };
  happen(t);
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject({
    code: 'DELIVERY_POSTPONED',
    facts: { session: DELIVERED_TO },
  });
  expect(t.sleeps).toEqual([]);
  expect(readdirSync(t.folder)).toEqual([]);
});

test('nothing is typed to another agent than the one it is for', async () => {
  const t = await createTestDelivery();
  for (const agent of [
    { pid: 4242, startTime: '1' },
    { ...t.pane.agent, startTime: 'later' },
  ]) {
    const pasting = pasteTask(t.parts, { ...t.requestFor(), agent }, NEVER);
    await expect(pasting).rejects.toMatchObject({ code: 'DELIVERY_POSTPONED' });
  }
  expectUntouched(t);
});

test('a task that goes on is not told so in another conversation', async () => {
  const t = await createTestDelivery();
  t.world.isUsed = true;
  const pasting = pasteTask(t.parts, t.requestFor({ conversation: 'other' }), NEVER);
  await expect(pasting).rejects.toMatchObject({ code: 'DELIVERY_POSTPONED' });
  expectUntouched(t);
});

test('a new task is not pasted into an old conversation that a person has gone back to', async () => {
  const t = await createTestDelivery();
  t.world.conversation = 'the person`s';
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject({
    code: 'DELIVERY_POSTPONED',
    message: expect.stringContaining('in another conversation'),
  });
  expectUntouched(t);
});

test.each<readonly [string, boolean | Error]>([
  ['in which something was said already', true],
  ['of which a failing disk does not tell whether it was used', new Error('the disk is gone')],
])('a new task is not pasted into a conversation %s', async (_, isUsed) => {
  const t = await createTestDelivery();
  t.world.isUsed = isUsed;
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject({
    code: 'DELIVERY_POSTPONED',
  });
  expectUntouched(t);
});

test('nothing is typed while a person is at work there', async () => {
  const t = await createTestDelivery();
  t.fake.attachPerson(DELIVERED_TO, { at: t.now() - MINUTE + 1000 });
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject({
    code: 'DELIVERY_POSTPONED',
  });
  expectUntouched(t);
});

test('a half-typed line is waited for as long as its author is there, however still', async () => {
  const t = await createTestDelivery();
  t.fake.attachPerson(DELIVERED_TO).type('half a thought', t.now() - 60 * MINUTE);
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject({
    code: 'DELIVERY_POSTPONED',
  });
  expectUntouched(t, 'half a thought');
});

test('a half-typed line that was left behind is never sent off in front of a prompt', async () => {
  const t = await createTestDelivery();
  const person = t.fake.attachPerson(DELIVERED_TO, { at: t.now() });
  person.type('!rm -rf ', t.now());
  person.detach();
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject({
    code: 'DELIVERY_FAILED',
  });
  expectUntouched(t, '!rm -rf ');
});

test('a task that is gone is not delivered', async () => {
  const t = await createTestDelivery();
  t.world.text = null;
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject({
    code: 'TASK_UNKNOWN',
  });
  expectUntouched(t);
});

test('a delivery that was called off types nothing', async () => {
  const t = await createTestDelivery();
  const called = AbortSignal.abort(new Error('called off'));
  await expect(pasteTask(t.parts, t.requestFor(), called)).rejects.toThrow('called off');
  expectUntouched(t);
});

/** The client shows what stands in its input box after so many waits. */
function showingAfter(t: TestDelivery, waits: number): TestDelivery['parts'] {
  const presence: typeof t.fake.presence = async (sessions) => {
    const told = [...(await t.fake.presence(sessions))];
    const isShown = t.sleeps.length >= waits;
    return new Map(
      told.map(([name, one]) => [name, { ...one, hasDraft: one.hasDraft && isShown }]),
    );
  };
  return { ...t.parts, tmux: { ...t.parts.tmux, presence } };
}

test('Enter waits until a slow client shows the text: read together with it, it would be its last line break', async () => {
  const t = await createTestDelivery();
  t.world.onSleep = () => expect(t.received()).not.toMatch(/\r$/);
  await pasteTask(showingAfter(t, 7), t.requestFor(), NEVER);
  expect(t.received()).toBe(`${pastedOnce(`${HEADER}\rdo it`)}\r`);
  expect(t.sleeps).toEqual([50, 50, 50, 50, 50, 50, 50]);
});

test('Enter waits some seconds for a client that never shows the text, and is pressed all the same', async () => {
  const t = await createTestDelivery();
  const beganAt = t.now();
  await pasteTask(showingAfter(t, Number.POSITIVE_INFINITY), t.requestFor(), NEVER);
  expect(t.received()).toBe(`${pastedOnce(`${HEADER}\rdo it`)}\r`);
  expect(t.now() - beganAt).toBeGreaterThan(2000);
  expect(t.now() - beganAt).toBeLessThan(10_000);
});

test('a delivery called off in the gap presses no Enter', async () => {
  const t = await createTestDelivery();
  const calling = new AbortController();
  t.world.onPaste = () => calling.abort(new Error('called off'));
  const pasting = pasteTask(t.parts, t.requestFor(), calling.signal);
  await expect(pasting).rejects.toThrow('called off');
  expectUntouched(t, pastedOnce(`${HEADER}\rdo it`));
});

test('a dialog that opens behind the paste is not answered: Enter waits for the prompt', async () => {
  const t = await createTestDelivery();
  t.world.onPaste = () => {
    t.world.status = 'waiting';
  };
  t.world.onSleep = () => {
    expect(t.received()).not.toMatch(/\r$/);
    if (t.sleeps.length === 5) t.world.status = 'idle';
  };
  await pasteTask(t.parts, t.requestFor(), NEVER);
  expect(t.received()).toBe(`${pastedOnce(`${HEADER}\rdo it`)}\r`);
  expect(t.sleeps).toEqual([50, 1000, 1000, 1000, 1000]);
});

const TYPED_BEHIND = {
  code: 'DELIVERY_FAILED',
  message: expect.stringContaining('somebody has typed behind it'),
};

test('what a person types behind the paste is not sent off, also when they have gone', async () => {
  const t = await createTestDelivery();
  let person: ReturnType<typeof t.fake.attachPerson> | null = null;
  t.world.onPaste = () => {
    person = t.fake.attachPerson(DELIVERED_TO, { at: t.now() });
    person.type(' and rm -rf', t.now());
  };
  t.world.onSleep = () => {
    if (t.sleeps.length === 10) person?.detach();
  };
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject(TYPED_BEHIND);
  expectUntouched(t, `${pastedOnce(`${HEADER}\rdo it`)} and rm -rf`);
});

test('a person who comes behind the paste is left alone as long as they are at work', async () => {
  const t = await createTestDelivery();
  const person = { attach: () => t.fake.attachPerson(DELIVERED_TO, { at: t.now() }) };
  let attached: ReturnType<typeof person.attach> | null = null;
  let lastKeyAt = Number.NaN;
  t.world.onPaste = () => {
    attached = person.attach();
  };
  t.world.onSleep = () => {
    if (t.sleeps.length > 900) return;
    lastKeyAt = t.now();
    attached?.type('x', lastKeyAt);
  };
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject(TYPED_BEHIND);
  expect(t.sleeps.length).toBeGreaterThan(900);
  expect(t.now() - lastKeyAt).toBeGreaterThanOrEqual(MINUTE);
  expect(t.received()).not.toContain('x\r');
});

test('one who pressed a key and left at once may be back as soon, and is waited for', async () => {
  const t = await createTestDelivery();
  const cameAt = t.now();
  let person: { detach(): void } | null = null;
  t.world.onPaste = () => {
    person = t.fake.attachPerson(DELIVERED_TO, { at: t.now() });
  };
  t.world.onSleep = () => {
    if (t.sleeps.length === 2) person?.detach();
  };
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject(TYPED_BEHIND);
  expect(t.now() - cameAt).toBeGreaterThanOrEqual(MINUTE);
});

test('one who came and went while the client was slow to show the text is not forgotten', async () => {
  const t = await createTestDelivery();
  let person: { detach(): void } | null = null;
  t.world.onSleep = () => {
    if (t.sleeps.length === 3) person = t.fake.attachPerson(DELIVERED_TO, { at: t.now() });
    if (t.sleeps.length === 5) person?.detach();
  };
  const pasting = pasteTask(showingAfter(t, 20), t.requestFor(), NEVER);
  await expect(pasting).rejects.toMatchObject(TYPED_BEHIND);
});

test('Enter waits for a tmux that hangs behind the paste', async () => {
  const t = await createTestDelivery();
  const beganAt = t.now();
  t.world.onPaste = t.fake.hang;
  t.world.onSleep = () => {
    if (t.now() - beganAt > 20_000) t.fake.resume();
  };
  await pasteTask(t.parts, t.requestFor(), NEVER);
  expect(t.received()).toMatch(/\r$/);
});

test('after some minutes in which it could not be sent off it has failed, and Enter is not pressed', async () => {
  const t = await createTestDelivery();
  t.world.onPaste = () => {
    t.world.status = 'waiting';
  };
  const beganAt = t.now();
  await expect(pasteTask(t.parts, t.requestFor(), NEVER)).rejects.toMatchObject({
    code: 'DELIVERY_FAILED',
    message: expect.stringContaining('the agent is waiting'),
  });
  expectUntouched(t, pastedOnce(`${HEADER}\rdo it`));
  expect(t.now() - beganAt).toBeGreaterThan(2 * MINUTE);
  expect(t.now() - beganAt).toBeLessThan(10 * MINUTE);
});

test('a wait that is called off ends at once, without Enter', async () => {
  const t = await createTestDelivery();
  const calling = new AbortController();
  t.world.onPaste = () => {
    t.world.status = 'busy';
  };
  t.world.onSleep = (ms) => {
    if (ms === 1000) calling.abort(new Error('called off'));
  };
  const pasting = pasteTask(t.parts, t.requestFor(), calling.signal);
  await expect(pasting).rejects.toThrow('called off');
  expect(t.sleeps).toEqual([50, 1000]);
  expectUntouched(t, pastedOnce(`${HEADER}\rdo it`));
});
