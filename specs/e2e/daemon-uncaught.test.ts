import { expect, jest, test } from '@jest/globals';
import { plainFixture } from '../harness/compiled.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { makeTestPool } from '../harness/test-pool.ts';

jest.setTimeout(90_000);

test.each(['thrown', 'rejected'])(
  'an error that nothing handles (%s) is told, and ends the daemon with 70; the next one finds every agent',
  async (how) => {
    const pool = makeTestPool({ max: 2 });
    const env = { NODE_OPTIONS: `--require=${plainFixture('uncaught.cjs')}`, UNCAUGHT: how };
    const run = await pool.start({ env });
    await pool.allAre('idle.ready');
    const agents = agentBySession(pool.dir);
    run.child.kill('SIGUSR2');
    await expect(run.exited).resolves.toEqual({ code: 70, signal: null });
    expect(run.log.at(-1)).toMatchObject({
      event: 'daemon.error',
      reason: 'an error that nothing handles ended the daemon',
      error: { message: 'a bug of ours' },
    });
    expect(agentBySession(pool.dir)).toEqual(agents);

    await pool.start();
    await pool.allAre('idle.ready');
    expect(agentBySession(pool.dir)).toEqual(agents);
  },
);
