import { expect, test } from '@jest/globals';
import { describeDeath } from '../../../machines/policy/death.ts';
import type { DeathCause } from '../../../machines/ports.ts';

test.each<readonly [DeathCause, string]>([
  [{ kind: 'exit', code: 0 }, 'the agent exited with status 0'],
  [{ kind: 'signal', signal: 9 }, 'the agent was ended by SIGKILL'],
  [{ kind: 'signal', signal: 15 }, 'the agent was ended by SIGTERM'],
  [{ kind: 'signal', signal: 64 }, 'the agent was ended by signal 64'],
  [{ kind: 'vanished' }, 'its tmux session or pane is gone'],
  [{ kind: 'server_lost' }, 'the tmux server is gone'],
  [{ kind: 'not_ready' }, 'the agent did not reach its prompt in time'],
  [{ kind: 'unknown' }, 'the agent ended; tmux reported neither status nor signal'],
])('%j is told in words', (cause, words) => {
  expect(describeDeath(cause)).toBe(words);
});
