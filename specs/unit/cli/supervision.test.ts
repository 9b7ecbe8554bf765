import { existsSync, rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { LifeOptions } from '../../../cli/life.ts';
import { createSupervision, type SupervisionOptions } from '../../../cli/supervision.ts';
import { FailoverError } from '../../../config/errors.ts';
import type { LoadResult } from '../../../config/load.ts';
import { slotsOf } from '../../../config/slots.ts';
import type { Config } from '../../../config/types.ts';
import type { LogEvent } from '../../../machines/log-events.ts';
import { rosterOf } from '../../../supervisor/compose-roster.ts';
import type { Daemon } from '../../../supervisor/daemon.ts';
import { createInspector } from '../../../web/inspector.ts';
import { makeAccountHomes } from '../../harness/account-home.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { testConfig } from '../../harness/test-config.ts';
import { settle } from '../../harness/test-session.ts';
import { until } from '../../harness/until.ts';

const SOON = { withinMs: 5000, everyMs: 1 };

/** A life that a test plays: it comes up, or does not, when it is told to. */
interface PlayedLife {
  readonly options: LifeOptions;
  readonly daemon: Daemon;
  up(): void;
  fails(error: unknown): void;
  breaks(error: unknown): void;
  readonly ended: boolean;
  /** A session outside the range is gone. */
  retires(name: string): void;
  /** From now on its end takes until this is called. */
  holdEnd(): () => void;
}

function toyDaemon(options: LifeOptions, broken: Promise<unknown>): Daemon {
  const sessions = slotsOf(options.inForce.config);
  return { markReady: () => {}, status: () => ({ sessions }), broken } as unknown as Daemon;
}

function playLives() {
  const lives: PlayedLife[] = [];
  const begin: NonNullable<SupervisionOptions['begin']> = (options) => {
    let play = { up: (_: Daemon) => {}, fails: (_: unknown) => {}, breaks: (_: unknown) => {} };
    const broken = new Promise<unknown>((resolve) => {
      play = { ...play, breaks: resolve };
    });
    const daemon = toyDaemon(options, broken);
    const up = new Promise<Daemon>((resolve, reject) => {
      play = { ...play, up: resolve, fails: reject };
    });
    up.catch(() => {});
    let held: Promise<void> = Promise.resolve();
    let { retiring } = options.inForce;
    const life = {
      options,
      daemon,
      up: () => play.up(daemon),
      fails: (error: unknown) => play.fails(error),
      breaks: (error: unknown) => play.breaks(error),
      ended: false,
      retires: (name: string) => {
        const slot = retiring.find((one) => one.name === name);
        retiring = retiring.filter((one) => one !== slot);
        if (slot !== undefined) options.onRetired(slot);
      },
      holdEnd: () => {
        let go = () => {};
        held = new Promise((resolve) => {
          go = resolve;
        });
        return go;
      },
    };
    lives.push(life);
    const end = async () => {
      life.ended = true;
      play.fails(new Error('it was stopped'));
      await held;
    };
    return { inForce: () => ({ ...options.inForce, retiring }), up, stop: end, end };
  };
  return { lives, begin };
}

function supervised() {
  const homes = makeAccountHomes(['first', 'second']);
  const stateDir = tempDir();
  const config: Config = { ...testConfig(), ...homes.config, stateDir };
  const { lives, begin } = playLives();
  const locked: string[] = [];
  const logged: LogEvent[] = [];
  const served: (Daemon | null)[] = [];
  const firsts: Daemon[] = [];
  const t = {
    config,
    lives,
    locked,
    logged,
    served,
    firsts,
    read: { ok: true, config } as LoadResult,
    lockHeld: false,
    onServed: (_: Daemon | null) => {},
    onLetGo: () => {},
    life: (n: number) => until(() => lives[n], { ...SOON, what: `life ${n}` }),
    withMax: (max: number): Config => {
      const { autonomous, dedicated } = config.pool;
      return { ...config, pool: { dedicated, autonomous: { ...autonomous, min: 1, max } } };
    },
    wants: (next: Config) => {
      t.read = { ok: true, config: next };
    },
    events: () => logged.map(({ event }) => event),
  };
  const supervision = createSupervision({
    config,
    env: {},
    uid: 0,
    version: '1',
    log: (entry) => void logged.push(entry),
    locks: {
      stillHeld: () => true,
      add: async (slots) => {
        if (t.lockHeld && slots.length > 0) throw new FailoverError('LOCK_HELD', 'held by 42');
        for (const { name } of slots) locked.push(`+${name}`);
      },
      letGo: (slots) => {
        for (const { name } of slots) locked.push(`-${name}`);
        t.onLetGo();
      },
      tellRange: () => {},
      release: () => {},
    },
    inspector: createInspector({ limit: 10 }),
    reread: () => t.read,
    onChanged: () => {},
    serve: (daemon) => {
      served.push(daemon);
      t.onServed(daemon);
    },
    onSilent: () => {},
    onFirst: (daemon) => void firsts.push(daemon),
    begin,
    patienceMs: 20,
  });
  return { ...supervision, t };
}

/** A pool that has come up. */
async function running() {
  const all = supervised();
  all.begin();
  (await all.t.life(0)).up();
  await until(() => all.t.firsts.length === 1, { ...SOON, what: 'the pool to be up' });
  return all;
}

test('a config with mistakes ends no life, and tells every mistake', async () => {
  const { t, reload } = await running();
  const mistake = {
    ...{ path: '/pool', line: 1, column: 2, account: null, link: null, expected: 'a', found: 'b' },
    code: 'config.type',
    message: 'wrong',
  } as const;
  t.read = { ok: false, errors: [mistake, mistake] };

  expect(await reload('SIGHUP')).toMatchObject({ ok: false, code: 'CONFIG_INVALID' });

  expect(t.lives).toHaveLength(1);
  expect(t.life(0)).resolves.toMatchObject({ ended: false });
  expect(t.events()).toEqual([
    'daemon.reloading',
    'config.failed',
    'config.failed',
    'daemon.reload_refused',
  ]);
});

test('a new config is brought up when the old life has ended, with what it leaves', async () => {
  const { t, reload } = await running();
  const first = await t.life(0);
  const go = first.holdEnd();
  t.wants(t.withMax(1));
  const reloading = reload('a test');
  await until(() => first.ended, { ...SOON, what: 'the first life to be ended' });
  await settle();
  expect(t.lives).toHaveLength(1);

  go();
  const second = await t.life(1);
  expect(second.options.inForce.retiring.map(({ name }) => name)).toEqual(['pool-10', 'pool-11']);
  second.up();

  expect(await reloading).toEqual({ ok: true, changed: ['pool.autonomous.max'] });
  expect(t.served).toEqual([first.daemon, null, second.daemon]);
  expect(t.firsts).toHaveLength(1);
  // Their locks are held until they are gone.
  expect(t.locked).toEqual([]);
  second.retires('pool-10');
  expect(t.locked).toEqual(['-pool-10']);
});

test('places that are added are locked first: when another daemon has one, nothing is changed', async () => {
  const { t, reload } = await running();
  t.wants(t.withMax(5));
  t.lockHeld = true;
  expect(await reload('a test')).toMatchObject({ ok: false, code: 'LOCK_HELD' });
  expect(t.lives).toHaveLength(1);
  t.lockHeld = false;
  const reloading = reload('a test');
  (await t.life(1)).up();
  expect(await reloading).toMatchObject({ ok: true });
  expect(t.locked).toEqual(['+pool-12', '+pool-13']);
});

test('a config that does not come up gives way to the one before, and is refused', async () => {
  const { t, reload } = await running();
  t.wants(t.withMax(5));
  const reloading = reload('a test');
  (await t.life(1)).fails(new FailoverError('STORE_FAILED', 'the disk is full'));
  const third = await t.life(2);
  expect(third.options.inForce.config).toBe(t.config);
  third.up();

  expect(await reloading).toMatchObject({ ok: false, code: 'STORE_FAILED' });
  expect(t.locked).toEqual(['+pool-12', '+pool-13', '-pool-12', '-pool-13']);
  expect(t.served.at(-1)).toBe(third.daemon);
  expect(t.events()).toEqual(['daemon.reloading', 'daemon.reload_refused']);
});

test('when the one before does not come up again either, the daemon has failed', async () => {
  const { t, reload, broken } = await running();
  t.wants(t.withMax(5));
  const reloading = reload('a test');
  (await t.life(1)).fails(new Error('new'));
  (await t.life(2)).fails(new Error('old'));
  await expect(broken).rejects.toThrow('old');
  expect(await reloading).toMatchObject({ ok: false, code: 'RELOAD_FAILED' });
});

test('what is retired while its life ends is not retired again by the next one', async () => {
  const { t, reload } = await running();
  t.wants(t.withMax(2));
  const first = reload('a test');
  const second = await t.life(1);
  second.up();
  await first;
  const go = second.holdEnd();
  t.wants(t.withMax(1));
  const reloading = reload('a test');
  await until(() => second.ended, { ...SOON, what: 'the second life to be ended' });
  second.retires('pool-11');
  go();
  const third = await t.life(2);
  expect(third.options.inForce.retiring.map(({ name }) => name)).toEqual(['pool-10']);
  third.up();
  await reloading;
});

/** A pool of one, whose config is about to be that of before again, while pool-10 is retired. */
async function growingBack() {
  const all = await running();
  const { t, reload } = all;
  t.wants(t.withMax(1));
  const shrinking = reload('a test');
  const small = await t.life(1);
  small.up();
  await shrinking;
  const go = small.holdEnd();
  t.wants(t.withMax(3));
  const growing = reload('a test');
  await until(() => small.ended, { ...SOON, what: 'the small life to be ended' });
  small.retires('pool-10');
  go();
  return { ...all, growing, large: await t.life(2) };
}

test('a place that is in the range again stays locked, although what was there is retired under the life before', async () => {
  const { t, growing, large } = await growingBack();
  large.up();
  expect(await growing).toMatchObject({ ok: true });
  expect(t.locked).toEqual([]);
  const roster = rosterOf(t.config, { env: {}, uid: 0 }).read();
  expect(roster?.range.map(({ name }) => name)).toEqual(['pool-9', 'pool-10', 'pool-11']);
});

test('the same place is let go of when the larger range does not come into force', async () => {
  const { t, growing, large } = await growingBack();
  large.fails(new Error('new'));
  (await t.life(3)).up();
  expect(await growing).toMatchObject({ ok: false });
  expect(t.locked).toEqual(['-pool-10']);
});

test('two at once are done one after the other, each with what is written then', async () => {
  const { t, reload } = await running();
  t.wants(t.withMax(2));
  const [one, other] = [reload('one'), reload('other')];
  (await t.life(1)).up();
  expect(await one).toMatchObject({
    ok: true,
    changed: ['pool.autonomous.min', 'pool.autonomous.max'],
  });
  expect(await other).toEqual({ ok: true, changed: [] });
  expect(t.lives).toHaveLength(2);
});

test('a pool that is coming up is begun anew: that its first life was ended is no failure', async () => {
  const { t, reload, begin, broken } = supervised();
  let isBroken = false;
  broken.catch(() => {
    isBroken = true;
  });
  begin();
  await t.life(0);
  t.wants(t.withMax(2));
  const reloading = reload('a test');
  (await t.life(1)).up();
  expect(await reloading).toMatchObject({ ok: true });
  expect(isBroken).toBe(false);
  expect(t.firsts).toHaveLength(1);
});

test('a pool that comes up at the very moment at which it is ended for another config is never asked', async () => {
  const { t, reload, begin } = supervised();
  begin();
  const first = await t.life(0);
  t.wants(t.withMax(2));
  t.onServed = (daemon) => daemon === null && first.up();
  const reloading = reload('a test');
  const second = await t.life(1);
  second.up();
  expect(await reloading).toMatchObject({ ok: true });
  expect(t.served).toEqual([null, second.daemon]);
  expect(t.firsts).toEqual([second.daemon]);
});

test('a reload that changes nothing does not wait for a pool that is still coming up', async () => {
  const { t, reload, begin } = supervised();
  begin();
  await t.life(0);
  expect(await reload('a test')).toEqual({ ok: true, changed: [] });
  expect(t.logged.at(-1)).toMatchObject({ event: 'daemon.reloaded', sessions: 3 });
  expect(t.firsts).toEqual([]);
});

test('a reload that is held up by something that does not end says so', async () => {
  const { t, reload } = await running();
  const first = await t.life(0);
  const go = first.holdEnd();
  t.wants(t.withMax(2));
  const reloading = reload('a test');
  const said = await until(() => t.logged.find(({ event }) => event === 'daemon.error'), {
    ...SOON,
    what: 'a word about it',
  });
  expect(said).toMatchObject({ reason: expect.stringContaining('the reload waits') });
  go();
  (await t.life(1)).up();
  expect(await reloading).toMatchObject({ ok: true });
});

test('a stop wins over the return to the config of before', async () => {
  const { t, reload, stop } = await running();
  t.wants(t.withMax(5));
  const reloading = reload('a test');
  t.onLetGo = () => void stop();
  (await t.life(1)).fails(new Error('new'));
  expect(await reloading).toMatchObject({ ok: false, code: 'CONFLICT' });
  expect(t.lives).toHaveLength(2);
});

test('a stop wins over a reload under way: no life is begun after it', async () => {
  const { t, reload, stop } = await running();
  const go = (await t.life(0)).holdEnd();
  t.wants(t.withMax(2));
  const reloading = reload('a test');
  await until(async () => (await t.life(0)).ended, { ...SOON, what: 'the first life to be ended' });
  const stopping = stop();
  go();
  expect(await reloading).toMatchObject({ ok: false, code: 'CONFLICT' });
  await stopping;
  expect(await reload('later')).toMatchObject({ ok: false, code: 'CONFLICT' });
  expect(t.lives).toHaveLength(1);
});

test('a stop waits for what is being noted down: whoever removes the directory then is not undone', async () => {
  const { t, begin, stop } = supervised();
  begin();
  await stop();
  rmSync(t.config.stateDir, { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(existsSync(t.config.stateDir)).toBe(false);
  expect(t.lives).toEqual([]);
});

test('only the life that is in force can break the daemon', async () => {
  const { t, reload, broken } = await running();
  let error: unknown = null;
  broken.catch((told) => {
    error = told;
  });
  t.wants(t.withMax(2));
  const reloading = reload('a test');
  const second = await t.life(1);
  second.up();
  await reloading;
  (await t.life(0)).breaks('the old one');
  await settle();
  expect(error).toBeNull();
  second.breaks('the new one');
  await expect(broken).rejects.toBe('the new one');
});

test('what one process leaves outside the range the next one is told of, and then it is forgotten', async () => {
  const { t, reload, stop } = await running();
  t.wants(t.withMax(2));
  const reloading = reload('a test');
  (await t.life(1)).up();
  await reloading;
  await stop();

  const next = createSupervision({
    config: t.withMax(2),
    ...{ env: {}, uid: 0, version: '1', log: () => {} },
    locks: {
      ...{ stillHeld: () => true, letGo: () => {}, tellRange: () => {}, release: () => {} },
      add: async (slots) => {
        for (const { name } of slots) t.locked.push(`+${name}`);
      },
    },
    inspector: createInspector({ limit: 10 }),
    reread: () => t.read,
    ...{ onChanged: () => {}, serve: () => {}, onFirst: () => {}, onSilent: () => {} },
    begin: playedBy(t.lives),
  });
  next.begin();
  const inherited = await t.life(2);
  expect(inherited.options.inForce.retiring.map(({ name }) => name)).toEqual(['pool-11']);
  expect(t.locked).toEqual(['+pool-11']);
});

function playedBy(lives: PlayedLife[]): NonNullable<SupervisionOptions['begin']> {
  const played = playLives();
  return (options) => {
    const life = played.begin(options);
    lives.push(...played.lives.splice(0));
    return life;
  };
}
