import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { taskDesk } from '../harness/task-desk.ts';
import { makeTestPool } from '../harness/test-pool.ts';

jest.setTimeout(180_000);

const ASKS_NOBODY = { permission_mode: 'bypassPermissions', env: { IS_SANDBOX: '1' } };

test('a task that would plant something in a start-up file is refused that, in the log, and goes on', async () => {
  const pool = makeTestPool({ max: 1, config: { agent: ASKS_NOBODY } });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const startup = join(pool.dir, 'home', '.bashrc');

  const id = await desk.add('help me [[demo:ask echo x >> ~/.bashrc]]');

  const line = await run.logged('session.tool_refused', { task: id });
  expect(line).toMatchObject({
    level: 'warn',
    session: 'ccl-auto-11',
    tool: 'Bash',
    rule: 'write-shell-startup',
    reason: `a change of ${startup}`,
  });
  expect(await desk.allEnd([id], 30_000)).toMatchObject([{ state: 'done' }]);
  expect(existsSync(startup)).toBe(false);
});

test('an agent may not change the config that guards it', async () => {
  const pool = makeTestPool({ max: 1, config: { agent: ASKS_NOBODY } });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  await taskDesk(pool).add(`help me [[demo:ask tee ${pool.file} < /dev/null]]`);
  await run.logged('session.tool_refused', { rule: 'write-settings' });
});

test('where the guard cannot be run, no agent is started, and the reason is told', async () => {
  const env = { ...ASKS_NOBODY.env, PATH: '/nonexistent' };
  const pool = makeTestPool({
    max: 1,
    config: {
      agent: { ...ASKS_NOBODY, env },
      restart: { intensity: 1, backoff_initial: '10ms' },
    },
  });
  const run = await pool.start();
  const { reason, pid } = await pool.sessionIs('ccl-auto-11', 'failed');
  expect(reason).toContain('the tool guard needs the program timeout');
  expect(pid).toBeNull();
  expect(run.log.map(({ event }) => event)).not.toContain('session.created');
});
