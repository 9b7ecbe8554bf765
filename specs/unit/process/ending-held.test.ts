import { expect, test } from '@jest/globals';
import { endingHeld } from '../../../actors/process/held-clients.ts';
import type { ProcessIdentity } from '../../../machines/ports.ts';
import { identity } from '../../harness/test-session.ts';

const [SHELL, CLIENT] = [identity(1), identity(2)];

/** What is ended when somebody ends the shell, or as far as that comes. */
async function endShell(survives: ProcessIdentity | null = null): Promise<readonly number[]> {
  const ended: number[] = [];
  const processes = {
    end: async (process: ProcessIdentity) => {
      if (process === survives) throw new Error('it will not die');
      ended.push(process.pid);
    },
  };
  const { end } = endingHeld(processes, { clientOf: () => CLIENT });
  await end(SHELL).catch(() => {});
  return ended;
}

test('a client that a shell holds is ended before its shell, which leads the next daemon to it until then', async () => {
  expect(await endShell()).toEqual([CLIENT.pid, SHELL.pid]);
  expect(await endShell(CLIENT)).toEqual([]);
});
