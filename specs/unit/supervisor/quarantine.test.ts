import { expect, test } from '@jest/globals';
import type { CheckError } from '../../../config/types.ts';
import type { LogEvent } from '../../../machines/log-events.ts';
import { createQuarantine } from '../../../supervisor/quarantine.ts';

const FIRST = { name: 'first', home: '/first', priority: 1 };
const SECOND = { name: 'second', home: '/second', priority: 2 };
const WRONG: CheckError = {
  code: 'guard.dangling',
  path: '/first/projects',
  message: 'projects leads nowhere',
  line: null,
  column: null,
  account: 'first',
  link: 'projects',
  expected: '/shared/projects',
  found: '/nowhere',
};

function createWorld() {
  const logged: LogEvent[] = [];
  return { logged, quarantine: createQuarantine((entry) => void logged.push(entry)) };
}

test('an account that stays wrong is said once, with its evidence', () => {
  const { logged, quarantine } = createWorld();
  for (let launch = 0; launch < 3; launch++) quarantine.enter(FIRST, [WRONG]);
  expect(logged).toEqual([
    {
      event: 'account.quarantined',
      account: 'first',
      reason: 'projects leads nowhere',
      evidence: [WRONG],
    },
  ]);
  expect([...quarantine.accounts]).toEqual(['first']);
});

test('an account that is right again leaves, and is said again when it goes wrong again', () => {
  const { logged, quarantine } = createWorld();
  quarantine.enter(FIRST, [WRONG]);
  quarantine.leave(FIRST);
  expect([...quarantine.accounts]).toEqual([]);
  quarantine.enter(FIRST, [WRONG]);
  expect(logged.map(({ event }) => event)).toEqual([
    'account.quarantined',
    'account.available',
    'account.quarantined',
  ]);
});

test('an account that was never wrong is not said to be right', () => {
  const { logged, quarantine } = createWorld();
  quarantine.enter(FIRST, [WRONG]);
  quarantine.leave(SECOND);
  expect(logged).toHaveLength(1);
  expect([...quarantine.accounts]).toEqual(['first']);
});
