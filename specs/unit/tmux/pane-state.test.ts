import { expect, test } from '@jest/globals';
import type { PaneRow } from '../../../actors/tmux/listing.ts';
import { paneState } from '../../../actors/tmux/pane-state.ts';

const AGENT = { pid: 7, startTime: '99' };
const ALIVE: PaneRow = {
  sessionId: '$1',
  sessionName: 'pool-1',
  mark: 'm',
  paneId: '%1',
  isOurs: true,
  isAway: false,
  pid: 7,
  isDead: false,
  exitStatus: '',
  signal: '',
};
const DEAD = { ...ALIVE, isDead: true };

test.each([
  ['tmux and the kernel say alive', ALIVE, AGENT, { kind: 'alive', agent: AGENT }],
  ['tmux knows the status', { ...DEAD, exitStatus: '0' }, null, dead({ kind: 'exit', code: 0 })],
  ['tmux knows the signal', { ...DEAD, signal: '9' }, null, dead({ kind: 'signal', signal: 9 })],
  [
    'the signal has a name',
    { ...DEAD, signal: 'TERM' },
    null,
    dead({ kind: 'signal', signal: 15 }),
  ],
  ['only the terminal was closed', DEAD, AGENT, { kind: 'alive', agent: AGENT }],
  ['tmux does not know how yet', DEAD, null, { kind: 'unsettled' }],
  ['tmux does not know it yet', ALIVE, null, { kind: 'unsettled' }],
])('when %s', (_case, row, agent, state) => {
  expect(paneState(row, agent)).toEqual(state);
});

function dead(cause: object) {
  return { kind: 'dead', cause };
}
