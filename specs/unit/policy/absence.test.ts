import { expect, test } from '@jest/globals';
import { causeOfAbsence } from '../../../machines/policy/absence.ts';

const from = (startTime: string) => ({ pid: 5, startTime });

test('an agent that is older than the server was lost with an earlier one', () => {
  expect(causeOfAbsence(from('999'), from('1000'))).toEqual({ kind: 'server_lost' });
});

test.each(['1000', '1001', ''])('one that began at %j may have been on this server', (began) => {
  expect(causeOfAbsence(from(began), from('1000'))).toEqual({ kind: 'vanished' });
});
