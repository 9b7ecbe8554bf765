import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { DeliverParts } from '../../actors/deliver/look.ts';
import { pasteTask } from '../../actors/deliver/paste-task.ts';
import type { Pane } from '../../machines/ports.ts';
import type { PasteRequest } from '../../machines/session/types.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { realWorld, type TmuxWorld } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const ID = 't_01JD8Z6Q0V3K5N7R9T1W3Y5A7C';
const SOON = { withinMs: 5000, what: 'the bytes' };
const NEVER = new AbortController().signal;

/** A real tmux, an agent that says it is idle, and a clock that runs faster while something is waited for. */
async function openDelivery(text: string) {
  const world = await realWorld();
  const pane = await world.createRecorder('pool-1');
  const folder = tempDir();
  let aheadMs = 0;
  const parts: DeliverParts = {
    tmux: world.tmux,
    agent: {
      status: async (agent) => ({
        agent,
        conversation: 'c',
        status: 'idle',
        waitingFor: null,
        account: 'first',
        cwd: '/',
      }),
      hasTranscript: async () => false,
      writePaste: async (_session, prompt) => {
        const file = join(folder, 'paste');
        writeFileSync(file, prompt);
        return file;
      },
    },
    textOf: async () => text,
    resumePrompt: 'Go on.',
    now: () => Date.now() + aheadMs,
    sleep: async (ms, signal) => {
      aheadMs += ms;
      await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5)));
      signal.throwIfAborted();
    },
  };
  return { world, parts, request: requestFor(pane), waitedMs: () => aheadMs };
}

function requestFor({ agent }: Pane): PasteRequest {
  return {
    session: 'pool-1',
    agent,
    task: {
      id: ID,
      fence: 1,
      project: '/',
      conversation: null,
      attempts: 0,
      confirmed: false,
    },
    conversation: 'c',
  };
}

const PROMPT = `\x1b[200~[task ${ID}]\rfirst\rsecond\x1b[201~`;

function received(world: TmuxWorld): string {
  return world.received('pool-1');
}

test('a prompt of several lines arrives as one paste, then Enter by itself', async () => {
  const { world, parts, request } = await openDelivery('first\nsecond');
  await pasteTask(parts, request, NEVER);
  await until(() => received(world) === `${PROMPT}\r`, SOON);
  expect(world.buffers()).toEqual([]);
});

test('while an operator types not one byte of ours reaches the session', async () => {
  const { world, parts, request } = await openDelivery('first\nsecond');
  const operator = await world.attach('pool-1');
  let typed = '';
  for (const key of 'half a thought') {
    operator.type(key);
    typed += key;
    await expect(pasteTask(parts, request, NEVER)).rejects.toMatchObject({
      code: 'DELIVERY_POSTPONED',
    });
  }
  await until(() => received(world).length >= typed.length, SOON);
  expect(received(world)).toBe(typed);
});

test('a line that an operator has typed behind the paste is not sent off, also once they are still', async () => {
  const { world, parts, request, waitedMs } = await openDelivery('first\nsecond');
  const paste: typeof parts.tmux.paste = async (...given) => {
    await world.tmux.paste(...given);
    const operator = await world.attach('pool-1');
    operator.type('x');
    await until(() => received(world) === `${PROMPT}x`, SOON);
  };
  const begunAt = performance.now();
  const pasting = pasteTask({ ...parts, tmux: { ...world.tmux, paste } }, request, NEVER);
  await expect(pasting).rejects.toMatchObject({ code: 'DELIVERY_FAILED' });
  // Its clock goes on by itself, too.
  expect(waitedMs() + performance.now() - begunAt).toBeGreaterThan(50_000);
  expect(received(world)).toBe(`${PROMPT}x`);
});
