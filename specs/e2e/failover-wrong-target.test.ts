/** A move whose target turns out not to do: the next account is taken, with the conversation. */
import { renameSync, symlinkSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { failureNamed } from '../fixtures/demo-agent/failure.ts';
import { relink } from '../harness/account-home.ts';
import { chooseDemoStarts, failDemoAccount, limitDemoAccount } from '../harness/demo-home.ts';
import { tempDir } from '../harness/temp-dir.ts';
import {
  accountState,
  goesOnAt,
  startWrongMovePool,
  wasStartedOn,
} from '../harness/wrong-move-pool.ts';
import { type WrongMoveName, wrongMove } from '../harness/wrong-moves.ts';

jest.setTimeout(180_000);

const HOUR_MS = 3_600_000;

interface Row {
  readonly name: WrongMoveName;
  /** Puts it wrong with the home of the account that comes next. */
  readonly spoil: (home: string) => void;
  /** What that account is in the end. */
  readonly is: string;
  /** How often its prompt came to an agent: once each before and after, and once more where one ran on the target. */
  readonly prompts: 2 | 3;
}

const ROWS: readonly Row[] = [
  {
    name: 'targetLimited',
    spoil: (home) => limitDemoAccount(home, HOUR_MS),
    is: 'limited',
    prompts: 3,
  },
  {
    name: 'targetLoggedOut',
    spoil: (home) =>
      failDemoAccount(home, {
        ...failureNamed('authentication_failed'),
        until: Date.now() + HOUR_MS,
      }),
    is: 'unauthenticated',
    prompts: 3,
  },
  {
    name: 'targetRelinked',
    spoil: (home) => relink(home, 'projects', tempDir()),
    is: 'quarantined',
    prompts: 2,
  },
  {
    name: 'targetGone',
    spoil: (home) => renameSync(home, `${home}-elsewhere`),
    is: 'quarantined',
    prompts: 2,
  },
  {
    name: 'targetUnreadable',
    spoil: (home) => {
      renameSync(home, `${home}-elsewhere`);
      // A link to itself is what nobody can follow, not even the superuser.
      symlinkSync(home, home);
    },
    is: 'quarantined',
    prompts: 2,
  },
  {
    name: 'newHangs',
    spoil: (home) => chooseDemoStarts(home, { DEMO_NEVER_READY: '1' }),
    is: 'available',
    prompts: 2,
  },
  {
    name: 'newExits',
    spoil: (home) => chooseDemoStarts(home, { DEMO_EXIT_ON_START: '1' }),
    is: 'available',
    prompts: 2,
  },
];

test.each(ROWS.map((row) => [wrongMove(row.name), row] as const))('%s', async (_, row) => {
  const pool = await startWrongMovePool({ config: { agent: { start_timeout: '4s' } } });
  const second = pool.home('compte2');
  const id = await pool.startTask();
  row.spoil(second);

  pool.meetLimit();
  const task = await goesOnAt(pool, 'compte3', id);

  expect(await accountState(pool, 'compte2')).toBe(row.is);
  expect(await accountState(pool, 'compte1')).toBe('limited');
  expect(pool.heard.with(id)).toHaveLength(row.prompts);
  expect(task.attempts).toBe(1);
  if (row.is === 'quarantined') {
    expect(wasStartedOn(`${second}-elsewhere`) || wasStartedOn(second)).toBe(false);
  }
  expect(pool.run.log.filter(({ event }) => event === 'failover.failed')).toEqual([]);
});
