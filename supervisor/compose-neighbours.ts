import { isHeldByAnother } from '../actors/lock/slot-question.ts';
import { identify, isAlive } from '../actors/process/identity.ts';
import { isServerGone } from '../actors/tmux/server-gone.ts';
import { FailoverError } from '../config/errors.ts';
import type { ProcessIdentity } from '../machines/ports.ts';
import type { Neighbourhood } from './reap-orphans.ts';

/** The other daemons of this user, as their locks tell, and other tmux servers, for the daemon of `scope`. */
export function neighboursOf(scope: string, uid: number): Neighbourhood {
  const self = thisProcess();
  return {
    scope,
    isSupervised: (socketPath, session) =>
      isHeldByAnother({ socketPath, uid, session, self, isAlive }),
    isServerGone,
  };
}

/** Throws `NOT_FOUND` where /proc does not show us. */
export function thisProcess(): ProcessIdentity {
  const self = identify(process.pid);
  if (self !== null) return self;
  throw new FailoverError('NOT_FOUND', 'this process is not to be found in /proc');
}
