import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createSignalPort } from '../../../actors/signals/signal-port.ts';
import type { FailoverError } from '../../../config/errors.ts';
import type { AccountUsage, Signal } from '../../../machines/signals.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const conversation = '41b24fe4-7ceb-41d5-8bfc-56a816326338';

test('signals of a session are dealt one at a time, by name, and each is removed afterwards', async () => {
  const spool = makeSpool();
  for (const reason of ['2', '3', '1']) spool.write({ reason });
  const turns: string[] = [];
  let under = 0;
  spool.port.listen(async (signal) => {
    under += 1;
    expect(under).toBe(1);
    expect(spool.unread()).toContain(nameOf(signal));
    turns.push(reasonOf(signal));
    await nextTurn();
    under -= 1;
    spool.dealt(signal);
  });
  await spool.told(3);
  expect(turns).toEqual(['1', '2', '3']);
  spool.write({ reason: '4' });
  await spool.told(4);
  await spool.isEmpty();
});

test('what is written while a signal is being dealt with is dealt with next', async () => {
  const spool = makeSpool();
  spool.write({ reason: '1' });
  spool.port.listen(async (signal) => {
    if (reasonOf(signal) === '1') for (const reason of ['3', '2']) spool.write({ reason });
    spool.dealt(signal);
  });
  await spool.told(3);
  expect(spool.reasons()).toEqual(['1', '2', '3']);
});

test('a trouble that lasts is told when it begins, and again when it comes back', async () => {
  const spool = makeSpool();
  const looks = countOf<Signal>([]);
  let isFull = true;
  spool.port.listen(async (signal) => {
    looks.add(signal);
    if (isFull) throw new Error('the disk is full');
    spool.dealt(signal);
  });
  spool.write({ reason: '1' });
  for (let look = 1; look <= 3; look++) {
    await looks.reaches(look);
    spool.port.refresh();
  }
  await looks.reaches(4);
  expect(spool.errors.all).toHaveLength(1);
  isFull = false;
  spool.port.refresh();
  await spool.isEmpty();
  isFull = true;
  spool.write({ reason: '2' });
  await spool.errors.reaches(2);
  expect(spool.errors.all.map(({ code }) => code)).toEqual(['SIGNAL_KEPT', 'SIGNAL_KEPT']);
});

test('a deal that fails is told, keeps its signal and all later ones, and is tried again at the next look', async () => {
  const spool = makeSpool();
  for (const reason of ['1', '2', '3']) spool.write({ reason });
  let storeIsBroken = true;
  spool.port.listen(async (signal) => {
    if (storeIsBroken && reasonOf(signal) === '2') throw new Error('the store is closed');
    spool.dealt(signal);
  });
  const error = await spool.errors.next('SIGNAL_KEPT');
  expect(error.message).toContain('the store is closed');
  expect(spool.reasons()).toEqual(['1']);
  expect(spool.unread()).toEqual(['2.json', '3.json']);
  storeIsBroken = false;
  spool.port.refresh();
  await spool.told(3);
  expect(spool.reasons()).toEqual(['1', '2', '3']);
  await spool.isEmpty();
});

test('a session whose deals fail holds up no other', async () => {
  const spool = makeSpool(['pool-1', 'pool-2']);
  spool.write({ reason: '1' });
  spool.write({ reason: '2', session: 'pool-2' });
  spool.port.listen(async (signal) => {
    if (signal.session === 'pool-1') throw new Error('no');
    spool.dealt(signal);
  });
  await spool.told(1);
  expect(spool.reasons()).toEqual(['2']);
});

test('a deal that throws at once is one that failed', async () => {
  const spool = makeSpool();
  spool.write({ reason: '1' });
  spool.port.listen(() => {
    throw new Error('a bug');
  });
  expect((await spool.errors.next('SIGNAL_KEPT')).message).toContain('a bug');
  expect(spool.unread()).toHaveLength(1);
});

test('pending signals are told oldest first, and stay', async () => {
  const spool = makeSpool(['pool-1', 'pool-2']);
  spool.write({ reason: '1', at: 10 });
  spool.write({ reason: '2', at: 20, session: 'pool-2' });
  spool.write({ reason: '3', at: 30 });
  expect((await spool.port.pending()).map(reasonOf)).toEqual(['1', '2', '3']);
  expect((await spool.port.pending()).map(({ at }) => at)).toEqual([10_000, 20_000, 30_000]);
});

test('signals of one session keep their order when the clock went back meanwhile', async () => {
  const spool = makeSpool(['pool-1', 'pool-2']);
  spool.write({ reason: '1', at: 50 });
  spool.write({ reason: '2', at: 10 });
  spool.write({ reason: '3', at: 60, session: 'pool-2' });
  expect((await spool.port.pending()).map(reasonOf)).toEqual(['1', '2', '3']);
});

test('pending is told by the next port too, until somebody dealt with it', async () => {
  const spool = makeSpool();
  spool.write({ reason: '1' });
  spool.port.listen(() => new Promise(() => {}));
  await nextTurn();
  await spool.port.close();
  const next = spool.another();
  expect(await next.pending()).toHaveLength(1);
  next.listen(async (signal) => spool.dealt(signal));
  await spool.told(1);
  await spool.isEmpty();
});

test('a pool that was never launched has no signals, and is heard from its first one on', async () => {
  const spool = makeSpool(['pool-1'], { withFolders: false });
  expect(await spool.port.pending()).toEqual([]);
  spool.port.listen(async (signal) => spool.dealt(signal));
  spool.makeFolders();
  spool.write({ reason: '1' });
  await spool.told(1);
  spool.write({ reason: '2' });
  await spool.told(2);
});

test('a spool that is removed and made again is heard again', async () => {
  const spool = makeSpool();
  spool.port.listen(async (signal) => spool.dealt(signal));
  rmSync(join(spool.folder, 'pool-1'), { recursive: true });
  spool.makeFolders();
  spool.write({ reason: '1' });
  await spool.told(1);
});

test('a spool that is moved away, of which the kernel tells nothing, is heard again after a look', async () => {
  const spool = makeSpool();
  spool.port.listen(async (signal) => spool.dealt(signal));
  renameSync(join(spool.folder, 'pool-1'), join(spool.folder, 'pool-old'));
  spool.makeFolders();
  spool.write({ reason: '1' });
  spool.port.refresh();
  await spool.told(1);
  spool.write({ reason: '2' });
  await spool.told(2);
});

test('what a subagent does is removed unheard', async () => {
  const spool = makeSpool();
  spool.write({ reason: '1', agent_id: 'a' });
  spool.write({ reason: '2' });
  spool.port.listen(async (signal) => spool.dealt(signal));
  await spool.told(1);
  expect(spool.reasons()).toEqual(['2']);
  await spool.isEmpty();
});

test.each([
  ['no JSON', (file: string) => writeFileSync(file, '{"session_id":')],
  ['an empty file', (file: string) => writeFileSync(file, '')],
  ['a directory', (file: string) => mkdirSync(file)],
  ['a link', (file: string) => symlinkSync('/etc/passwd', file)],
  ['a dangling link', (file: string) => symlinkSync('/nowhere', file)],
])('%s is moved aside and told, and holds up nothing', async (_what, make) => {
  const spool = makeSpool();
  make(join(spool.newFolder(), '0-bad.json'));
  spool.write({ reason: '1' });
  spool.port.listen(async (signal) => spool.dealt(signal));
  await spool.told(1);
  expect(await spool.errors.next('SIGNAL_REFUSED')).toMatchObject({
    facts: { session: 'pool-1', name: '0-bad.json', reason: expect.any(String) },
  });
  expect(spool.bad()).toEqual(['0-bad.json']);
  await spool.isEmpty();
});

test('what cannot be moved aside is removed: signals wait behind it', async () => {
  const spool = makeSpool();
  writeFileSync(join(spool.folder, 'pool-1', 'signals', 'bad'), 'in its place');
  writeFileSync(join(spool.newFolder(), '0-bad.json'), 'x');
  spool.write({ reason: '1' });
  spool.port.listen(async (signal) => spool.dealt(signal));
  await spool.told(1);
  await spool.isEmpty();
});

test('of what is no signal, only the latest is kept', async () => {
  const spool = makeSpool();
  for (let i = 100; i < 150; i += 1) writeFileSync(join(spool.newFolder(), `${i}.json`), 'x');
  expect(await spool.port.pending()).toEqual([]);
  expect(spool.bad()).toHaveLength(20);
  expect(spool.bad().at(-1)).toBe('149.json');
  expect(spool.errors.all).toHaveLength(50);
});

test('an end that comes during a deal waits for nothing: that signal is removed, the next one stays', async () => {
  const spool = makeSpool();
  for (const reason of ['1', '2']) spool.write({ reason });
  spool.port.listen(async (signal) => {
    spool.dealt(signal);
    await spool.port.close();
    await nextTurn();
  });
  while (spool.unread().length > 1) await nextTurn();
  // Time enough to read another one, had it gone on.
  for (let i = 0; i < 5; i += 1) {
    expect((await spool.another().pending()).map(reasonOf)).toEqual(['2']);
  }
  expect(spool.reasons()).toEqual(['1']);
});

test('usage is told when it changes, what was said before included', async () => {
  const spool = makeSpool();
  const usages: (readonly [string, AccountUsage])[] = [];
  const heard = countOf(usages);
  spool.statusLine(12);
  const port = spool.another();
  port.onUsage((session, usage) => heard.add([session, usage]));
  await heard.reaches(1);
  // What the client says without a change, or without its windows, is no news.
  for (const same of [12, null, 12, null]) {
    spool.statusLine(same);
    // Time enough to hear of it and to read it.
    for (let i = 0; i < 10; i += 1) await readFile(join(spool.folder, 'pool-1', 'statusline.json'));
  }
  spool.statusLine(100);
  await heard.reaches(2);
  expect(usages.map(([session, { fiveHour }]) => [session, fiveHour?.usedPercent])).toEqual([
    ['pool-1', 12],
    ['pool-1', 100],
  ]);
});

test('with usage is told when the client said so, also when a daemon reads it only later', async () => {
  const spool = makeSpool();
  const heard = countOf<AccountUsage>([]);
  spool.statusLine(12, 1_700_000_000);
  spool.port.onUsage((_session, usage) => heard.add(usage));
  await heard.reaches(1);
  expect(heard.all[0]?.fiveHour).toMatchObject({ usedPercent: 12, toldAt: 1_700_000_000_000 });
});

test('usage that is still the same is told once a minute, so that nobody takes it to be old', async () => {
  const spool = makeSpool();
  const heard = countOf<AccountUsage>([]);
  spool.port.onUsage((_session, usage) => heard.add(usage));
  spool.statusLine(12, 1_700_000_000);
  await heard.reaches(1);
  for (const at of [1_700_000_059, 1_700_000_060]) {
    spool.statusLine(12, at);
    // Time enough to hear of it and to read it.
    for (let i = 0; i < 10; i += 1) await readFile(join(spool.folder, 'pool-1', 'statusline.json'));
  }
  await heard.reaches(2);
  const times = heard.all.map(({ fiveHour }) => fiveHour?.toldAt);
  expect(times).toEqual([1_700_000_000_000, 1_700_000_060_000]);
});

test('the agent of the next launch is heard also when it says what the one before it said', async () => {
  const spool = makeSpool();
  const file = join(spool.folder, 'pool-1', 'statusline.json');
  const heard = countOf<AccountUsage>([]);
  spool.port.onUsage((_session, usage) => heard.add(usage));
  spool.statusLine(12);
  await heard.reaches(1);
  const said = readFileSync(file, 'utf8');
  rmSync(file);
  spool.port.refresh();
  // Time enough to hear of it and to look.
  for (let i = 0; i < 10; i += 1) await readdir(spool.folder);
  writeFileSync(file, said);
  await heard.reaches(2);
  expect(heard.all.map(({ fiveHour }) => fiveHour?.usedPercent)).toEqual([12, 12]);
});

test('a refresh hears of a status line that the kernel did not tell of', async () => {
  const spool = makeSpool();
  const heard = countOf<AccountUsage>([]);
  spool.port.onUsage((_session, usage) => heard.add(usage));
  spool.statusLine(12);
  await heard.reaches(1);
  // That a folder above was moved away, it does not tell.
  renameSync(spool.folder, `${spool.folder}-aside`);
  spool.makeFolders();
  spool.statusLine(34);
  spool.port.refresh();
  await heard.reaches(2);
  expect(heard.all.map(({ fiveHour }) => fiveHour?.usedPercent)).toEqual([12, 34]);
});

test('after the end nothing is told any more', async () => {
  const spool = makeSpool();
  spool.port.listen(async (signal) => spool.dealt(signal));
  const usages: unknown[] = [];
  spool.port.onUsage((...told) => usages.push(told));
  await spool.port.close();
  spool.write({ reason: '1' });
  spool.statusLine(1);
  spool.port.refresh();
  // By now another one has heard both.
  const next = spool.another();
  const heard = countOf<unknown>([]);
  next.onUsage((...told) => heard.add(told));
  await heard.reaches(1);
  expect(spool.reasons()).toEqual([]);
  expect(usages).toEqual([]);
  expect(spool.unread()).toHaveLength(1);
});

test('a spool that cannot be read is told, and read as soon as it can', async () => {
  const spool = makeSpool();
  rmSync(spool.newFolder(), { recursive: true });
  writeFileSync(spool.newFolder(), 'in its place');
  spool.port.listen(async (signal) => spool.dealt(signal));
  spool.port.refresh();
  await spool.errors.next('SIGNAL_KEPT');
  rmSync(spool.newFolder());
  mkdirSync(spool.newFolder());
  spool.write({ reason: '1' });
  await spool.told(1);
});

interface Write {
  readonly reason: string;
  readonly session?: string;
  /** Epoch seconds. */
  readonly at?: number;
  readonly agent_id?: string;
}

function makeSpool(sessions = ['pool-1'], { withFolders = true } = {}) {
  const folder = join(tempDir(), 'state', 'sessions');
  const newFolder = (session = 'pool-1') => join(folder, session, 'signals', 'new');
  const makeFolders = () => {
    for (const session of sessions) mkdirSync(newFolder(session), { recursive: true });
  };
  if (withFolders) makeFolders();
  const errors = countOf<FailoverError>([]);
  const another = () => {
    const port = createSignalPort({ folder, sessions, onError: errors.add });
    atEnd(() => port.close());
    return port;
  };
  const dealt = countOf<Signal>([]);
  return {
    folder,
    port: another(),
    another,
    makeFolders,
    newFolder,
    write: ({ session = 'pool-1', at, ...payload }: Write) => {
      const text = JSON.stringify({
        session_id: conversation,
        hook_event_name: 'SessionEnd',
        ...payload,
      });
      // As a hook does: beside it first, then as a whole.
      const file = join(newFolder(session), `${payload.reason}.json`);
      const torn = join(folder, session, 'signals', `${payload.reason}.torn`);
      writeFileSync(torn, text);
      if (at !== undefined) utimesSync(torn, at, at);
      renameSync(torn, file);
    },
    statusLine: (usedPercent: number | null, at?: number) => {
      const five_hour = { used_percentage: usedPercent, resets_at: 1 };
      const text = JSON.stringify(usedPercent === null ? {} : { rate_limits: { five_hour } });
      const torn = join(folder, 'pool-1', 'statusline.torn');
      writeFileSync(torn, text);
      if (at !== undefined) utimesSync(torn, at, at);
      renameSync(torn, join(folder, 'pool-1', 'statusline.json'));
    },
    dealt: dealt.add,
    told: dealt.reaches,
    reasons: () => dealt.all.map(reasonOf),
    unread: () => readdirSync(newFolder()).sort(),
    bad: () => {
      const bad = join(folder, 'pool-1', 'signals', 'bad');
      return existsSync(bad) ? readdirSync(bad).sort() : [];
    },
    isEmpty: async () => {
      while (readdirSync(newFolder()).length > 0) await nextTurn();
    },
    errors: {
      all: errors.all,
      reaches: errors.reaches,
      next: async (code: string) => {
        await errors.reaches(1);
        const error = errors.all.find((one) => one.code === code);
        if (!error) throw new Error(`told instead: ${errors.all.map(String).join()}`);
        return error;
      },
    },
  };
}

/** Things that come one by one, and when there are as many as awaited. */
function countOf<One>(all: One[]) {
  let check = () => {};
  return {
    all,
    add: (one: One) => {
      all.push(one);
      check();
    },
    reaches: (count: number) =>
      new Promise<void>((resolve) => {
        check = () => {
          if (all.length >= count) resolve();
        };
        check();
      }),
  };
}

function reasonOf(signal: Signal): string {
  return signal.kind === 'ended' ? signal.reason : signal.kind;
}

function nameOf(signal: Signal): string {
  return `${reasonOf(signal)}.json`;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
