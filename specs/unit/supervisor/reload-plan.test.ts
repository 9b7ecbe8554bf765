import { expect, test } from '@jest/globals';
import type { Config } from '../../../config/types.ts';
import { planReload } from '../../../supervisor/reload-plan.ts';
import { testConfig } from '../../harness/test-config.ts';

const now = testConfig();
const MINE = { name: 'mine', project: '/mine', account: null };

function withPool(pool: Partial<Config['pool']['autonomous']>, dedicated = now.pool.dedicated) {
  return { ...now, pool: { autonomous: { ...now.pool.autonomous, ...pool }, dedicated } };
}

function namesOf(slots: readonly { readonly name: string }[]): readonly string[] {
  return slots.map(({ name }) => name);
}

test('a config that is the same changes nothing', () => {
  expect(planReload(now, testConfig())).toEqual({
    changed: [],
    needRestart: [],
    added: [],
    left: [],
  });
});

test('the file itself may have another name', () => {
  expect(planReload(now, { ...now, file: '/elsewhere.yaml' }).changed).toEqual([]);
});

test('a larger range adds places at its end, a smaller one leaves them', () => {
  const larger = planReload(now, withPool({ max: 5, min: 5 }));
  expect(namesOf(larger.added)).toEqual(['pool-12', 'pool-13']);
  expect(larger.left).toEqual([]);
  const smaller = planReload(now, withPool({ max: 1, min: 1 }));
  expect(smaller.added).toEqual([]);
  expect(namesOf(smaller.left)).toEqual(['pool-10', 'pool-11']);
  for (const { changed, needRestart } of [larger, smaller]) {
    expect({ changed, needRestart }).toEqual({ changed: ['pool.autonomous.max'], needRestart: [] });
  }
});

test('a min that is not all of them is a key of its own', () => {
  expect(planReload(now, withPool({ min: 1 })).changed).toEqual(['pool.autonomous.min']);
});

test('dedicated sessions come and go by their names', () => {
  const added = planReload(now, withPool({}, [MINE]));
  expect(added).toMatchObject({ changed: ['pool.dedicated'], needRestart: [] });
  expect(namesOf(added.added)).toEqual(['mine']);
  expect(namesOf(planReload(withPool({}, [MINE]), now).left)).toEqual(['mine']);
});

test('every key is named as it stands in the file', () => {
  const next: Config = {
    ...now,
    accounts: now.accounts.slice(1),
    sharedState: { root: '/other' },
    agent: { ...now.agent, env: { A: '1' }, permissionMode: 'plan', startTimeoutMs: 1 },
    restart: { ...now.restart, backoffInitialMs: 1, poolIntensity: 1 },
    reconcile: { intervalMs: 1 },
    failover: { ...now.failover, proactiveThreshold: 0.5 },
    tasks: { ...now.tasks, waitingTimeoutMs: 1, inboxes: ['/in'] },
    log: { level: 'debug' },
  };
  const { changed, needRestart } = planReload(now, next);
  expect(changed.toSorted()).toEqual([
    'accounts',
    'agent.env',
    'agent.permission_mode',
    'agent.start_timeout',
    'failover.proactive_threshold',
    'log.level',
    'reconcile.interval',
    'restart.backoff_initial',
    'restart.pool_intensity',
    'shared_state.root',
    'tasks.inboxes',
    'tasks.waiting_timeout',
  ]);
  expect(needRestart).toEqual([]);
});

test.each<readonly [string, Partial<Config>]>([
  ['tmux', { tmux: { socket: { kind: 'path', path: '/run/other' } } }],
  ['store.url', { store: { url: 'sqlite:/other.db' } }],
  ['control.listen', { control: { ...now.control, port: 1 } }],
  ['control.listen', { control: { ...now.control, host: '::1' } }],
  ['control.token_file', { control: { ...now.control, tokenFile: '/other' } }],
  ['control.read_only', { control: { ...now.control, readOnly: true } }],
  ['state_dir', { stateDir: '/other' }],
  ['pool.autonomous.prefix', withPool({ prefix: 'other-' })],
  ['pool.autonomous.start_index', withPool({ startIndex: 8 })],
])('another %s needs a restart, and is the only key that is named', (key, changes) => {
  expect(planReload(now, { ...now, ...changes })).toMatchObject({
    changed: [key],
    needRestart: [key],
  });
});

test('what has its place in the state directory is not blamed for moving with it', () => {
  const placed = (stateDir: string): Config => ({
    ...now,
    stateDir,
    store: { url: `sqlite:${stateDir}/facts.db` },
    control: { ...now.control, tokenFile: `${stateDir}/token` },
  });
  expect(planReload(placed('/one'), placed('/two')).changed).toEqual(['state_dir']);
});
