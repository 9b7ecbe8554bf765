import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isAlive } from '../../actors/process/identity.ts';
import type { Presence } from '../../machines/ports.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { fakeWorld, realWorld, type TmuxWorld } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const SOON = { withinMs: 5000, what: 'tmux to show it' };
const WORLDS = [
  ['the driver', realWorld],
  ['the fake', fakeWorld],
] as const;

function fileWith(text: string, dir = tempDir()): string {
  const file = join(dir, 'text');
  writeFileSync(file, text);
  return file;
}

/** What a terminal makes of a text that is pasted into it in one piece. */
function onePaste(text: string): string {
  return `\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`;
}

async function receives(world: TmuxWorld, session: string, bytes: string): Promise<void> {
  const received = () => world.received(session).length >= bytes.length;
  await until(received, { withinMs: 5000, what: 'all bytes' });
  // Not as a whole into the message of a failure: there can be much of it.
  expect(world.received(session) === bytes).toBe(true);
}

async function presenceAt({ tmux }: TmuxWorld, session: string): Promise<Presence | undefined> {
  return (await tmux.presence([session])).get(session);
}

/** Draws an input box; the terminal itself does the rest. */
const PROMPTING = ['/bin/sh', '-c', 'printf "❯ "; exec cat'];

const NOBODY = { lastActiveAt: null, inMode: false, hasDraft: false };

const TEXTS = {
  'one line': 'say hello',
  'several lines': 'first\nsecond\n\n  fourth',
  'lines that end in a line break': 'first\nsecond\n\n',
  'letters of all scripts': 'é e\u0301 日本語 العربية 👩‍👩‍👧 \ud83c\udf0d',
  'what a shell and tmux would take for theirs': `$HOME "q" 'q' ; #{pane_id} \`x\` \\ ~ %1`,
  '300 kB': 'a line of it \u{1f680}\n'.repeat(17_000),
  '1 MB': 'another line of it\n'.repeat(56_000),
};

describe.each(WORLDS)('what %s types', (_name, openWorld) => {
  test.each(Object.entries(TEXTS))('arrives as one paste: %s', async (_what, text) => {
    const world = await openWorld();
    const { paneId } = await world.createRecorder('pool-1');
    await world.tmux.paste(paneId, fileWith(text));
    await receives(world, 'pool-1', onePaste(text));
    expect(world.buffers()).toEqual([]);
  });

  test('comes from a file of whatever name', async () => {
    const world = await openWorld();
    const { paneId } = await world.createRecorder('pool-1');
    const dir = tempDir({ name: 'it\'s #{pane_id} #[fg=red] ##x $HOME "q" ~ ; %H é' });
    await world.tmux.paste(paneId, fileWith('text', dir));
    await receives(world, 'pool-1', onePaste('text'));
  });

  test('ends with no Enter: that is pressed by itself', async () => {
    const world = await openWorld();
    const { paneId } = await world.createRecorder('pool-1');
    await world.tmux.paste(paneId, fileWith('text\n'));
    await world.tmux.pressEnter(paneId);
    await receives(world, 'pool-1', `${onePaste('text\n')}\r`);
    expect(world.buffers()).toEqual([]);
  });

  test('reaches only the session it is for', async () => {
    const world = await openWorld();
    const { paneId } = await world.createRecorder('pool-1');
    await world.createRecorder('pool-11');
    await world.tmux.paste(paneId, fileWith('text'));
    await world.tmux.pressEnter(paneId);
    await receives(world, 'pool-1', `${onePaste('text')}\r`);
    expect(world.received('pool-11')).toBe('');
  });

  test('reaches no pane that is not ours, and none whose agent ended', async () => {
    const world = await openWorld();
    await world.addOperatorSession('mine');
    const { paneId, agent } = await world.createRecorder('pool-1');
    const theirs = await world.tmux.activePane('mine');
    await world.killAgent('pool-1', 9);
    // On a busy machine it lives on for a moment.
    await until(() => !isAlive(agent), SOON);
    for (const pane of [theirs.paneId, paneId, '%77']) {
      const refused = { code: 'NOT_FOUND' };
      await expect(world.tmux.paste(pane, fileWith('text'))).rejects.toMatchObject(refused);
      await expect(world.tmux.pressEnter(pane)).rejects.toMatchObject(refused);
      await expect(world.tmux.pressEscape(pane)).rejects.toMatchObject(refused);
    }
    expect(world.buffers()).toEqual([]);
  });

  test('is nothing when the file cannot be read', async () => {
    const world = await openWorld();
    const { paneId } = await world.createRecorder('pool-1');
    await expect(world.tmux.paste(paneId, '/there/is/none')).rejects.toMatchObject({
      code: 'TMUX_COMMAND_FAILED',
    });
    await world.tmux.paste(paneId, fileWith('text'));
    await receives(world, 'pool-1', onePaste('text'));
  });

  test('leaves the mode of the pane, in which it would not be seen', async () => {
    const world = await openWorld();
    const { paneId } = await world.createRecorder('pool-1');
    await world.enterMode('pool-1');
    expect((await presenceAt(world, 'pool-1'))?.inMode).toBe(true);
    await world.tmux.paste(paneId, fileWith('text'));
    await world.tmux.pressEnter(paneId);
    await receives(world, 'pool-1', `${onePaste('text')}\r`);
    expect((await presenceAt(world, 'pool-1'))?.inMode).toBe(false);
  });

  test('is Escape by itself where that closes a dialog, and nothing while the pane is in a mode', async () => {
    const world = await openWorld();
    const { paneId } = await world.createRecorder('pool-1');
    await world.createRecorder('pool-11');
    await world.tmux.pressEscape(paneId);
    await receives(world, 'pool-1', '\x1b');
    await world.enterMode('pool-1');
    await world.tmux.pressEscape(paneId);
    expect((await presenceAt(world, 'pool-1'))?.inMode).toBe(true);
    // What comes next shows that nothing else has come before.
    await world.tmux.paste(paneId, fileWith('text'));
    await receives(world, 'pool-1', `\x1b${onePaste('text')}`);
    expect(world.received('pool-11')).toBe('');
  });

  test('is not known to have arrived while tmux hangs', async () => {
    const world = await openWorld();
    const { paneId } = await world.createRecorder('pool-1');
    const file = fileWith('text');
    await world.hang();
    const silent = { code: 'TMUX_TIMED_OUT' };
    await expect(world.tmux.paste(paneId, file)).rejects.toMatchObject(silent);
    await expect(world.tmux.pressEnter(paneId)).rejects.toMatchObject(silent);
    await expect(world.tmux.pressEscape(paneId)).rejects.toMatchObject(silent);
    await expect(world.tmux.presence(['pool-1'])).rejects.toMatchObject(silent);
    await world.resume();
    await until(() => world.tmux.presence(['pool-1']), SOON);
    expect(world.received('pool-1')).toBe('');
  });
});

describe.each(WORLDS)('the people whom %s sees', (_name, openWorld) => {
  test('are none at a session that nobody looks at', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    expect(await presenceAt(world, 'pool-1')).toEqual(NOBODY);
  });

  test('are told of sessions that are there, by exact names', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-11'));
    await world.tmux.create(world.launch('pool-12'));
    expect(await world.tmux.presence(['pool-1', 'pool-*', 'pool-11', 'nowhere'])).toEqual(
      new Map([['pool-11', NOBODY]]),
    );
    await world.loseServer();
    const told = async () => (await world.tmux.presence(['pool-11'])).size === 0;
    await until(told, SOON);
  });

  test('are those who are attached and may type, with the time of their last key', async () => {
    const world = await openWorld();
    await world.createRecorder('pool-1');
    const before = Math.floor(Date.now() / 1000) * 1000;
    const person = await world.attach('pool-1');
    const attached = await presenceAt(world, 'pool-1');
    expect(attached?.lastActiveAt).toBeGreaterThanOrEqual(before);
    const attachedAt = attached?.lastActiveAt ?? 0;
    const typed = await until(
      async () => {
        person.type('x');
        const { lastActiveAt } = (await presenceAt(world, 'pool-1')) ?? {};
        return lastActiveAt && lastActiveAt > attachedAt ? lastActiveAt : null;
      },
      { ...SOON, everyMs: 100 },
    );
    expect(typed).toBeLessThanOrEqual(Date.now());
    // tmux tells of a key before the agent has noted it.
    await until(() => world.received('pool-1').includes('x'), SOON);
    await person.detach();
    await until(async () => (await presenceAt(world, 'pool-1'))?.lastActiveAt === null, SOON);
  });

  test('are not those who only watch', async () => {
    const world = await openWorld();
    await world.createRecorder('pool-1');
    const person = await world.attach('pool-1', { isReadOnly: true });
    person.type('x');
    expect(await presenceAt(world, 'pool-1')).toEqual(NOBODY);
    expect(world.received('pool-1')).toBe('');
  });

  test('leave a line that they have not sent off, which is seen as long as it stands there', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1', { command: PROMPTING }));
    const hasDraft = async () => (await presenceAt(world, 'pool-1'))?.hasDraft;
    const person = await world.attach('pool-1');
    const types = async (keys: string, leaves: boolean) => {
      person.type(keys);
      await until(async () => (await hasDraft()) === leaves, SOON);
    };
    expect(await hasDraft()).toBe(false);
    await types('half a thought', true);
    await types('\x15', false);
    await types('another', true);
    await person.detach();
    expect(await hasDraft()).toBe(true);
  });

  test('are at the session that they look at, and at no other', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    await world.tmux.create(world.launch('pool-11'));
    await world.attach('pool-11');
    const presence = await world.tmux.presence(['pool-1', 'pool-11']);
    expect(presence.get('pool-1')).toEqual(NOBODY);
    expect(presence.get('pool-11')?.lastActiveAt).toEqual(expect.any(Number));
  });
});
