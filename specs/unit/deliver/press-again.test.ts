import { expect, test } from '@jest/globals';
import { pressAgain } from '../../../actors/deliver/press-enter.ts';
import { createTestDelivery, DELIVERED_TO } from '../../harness/test-delivery.ts';

const NEVER = new AbortController().signal;

async function press(t: Awaited<ReturnType<typeof createTestDelivery>>, signal = NEVER) {
  await pressAgain(t.parts, { session: DELIVERED_TO, agent: t.pane.agent }, signal);
}

test('Enter is pressed once, at once, and nothing else is typed', async () => {
  const t = await createTestDelivery();
  await press(t);
  expect(t.received()).toBe('\r');
  expect(t.sleeps).toEqual([]);
});

test('the text that stands in the input box is ours, also when somebody looks on', async () => {
  const t = await createTestDelivery();
  t.fake.attachPerson(DELIVERED_TO).type('[task', t.now() - 60_000);
  await press(t);
  expect(t.received()).toBe('[task\r');
});

test('what a person has typed into the box meanwhile is not sent off', async () => {
  const t = await createTestDelivery();
  t.fake.attachPerson(DELIVERED_TO).type('half a thought', t.now() - 58_000);
  await expect(press(t)).rejects.toMatchObject({ code: 'DELIVERY_FAILED' });
  expect(t.received()).toBe('half a thought');
  expect(t.sleeps).toHaveLength(2);
});

test('it waits for an agent that is not at its prompt', async () => {
  const t = await createTestDelivery();
  t.world.status = 'busy';
  t.world.onSleep = () => {
    expect(t.received()).toBe('');
    if (t.sleeps.length === 4) t.world.status = 'idle';
  };
  await press(t);
  expect(t.received()).toBe('\r');
  expect(t.sleeps).toHaveLength(4);
});

test('to another agent in the pane it is never pressed', async () => {
  const t = await createTestDelivery();
  const request = { session: DELIVERED_TO, agent: { ...t.pane.agent, startTime: 'later' } };
  await expect(pressAgain(t.parts, request, NEVER)).rejects.toMatchObject({
    code: 'DELIVERY_FAILED',
  });
  expect(t.received()).toBe('');
});

test('it is not pressed when called off between the look and the key', async () => {
  const t = await createTestDelivery();
  const calling = new AbortController();
  const { status } = t.parts.agent;
  const parts = {
    ...t.parts,
    agent: {
      ...t.parts.agent,
      status: async (agent: Parameters<typeof status>[0]) => {
        calling.abort(new Error('called off'));
        return status(agent);
      },
    },
  };
  const request = { session: DELIVERED_TO, agent: t.pane.agent };
  await expect(pressAgain(parts, request, calling.signal)).rejects.toThrow('called off');
  expect(t.received()).toBe('');
});
