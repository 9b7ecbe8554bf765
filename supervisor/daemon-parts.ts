import type { InspectionEvent } from 'xstate';
import type { Slot } from '../config/slots.ts';
import type { Account, CheckError, Config } from '../config/types.ts';
import type { LogEvent } from '../machines/log-events.ts';
import type { AgentPort, FactStore, ProcessPort, TmuxPort } from '../machines/ports.ts';
import type { Chance } from '../machines/session/types.ts';
import type { SignalPort } from '../machines/signals.ts';
import type { TaskStore } from '../machines/tasks.ts';
import type { AccountBoard } from './account-board.ts';
import type { Neighbourhood } from './reap-orphans.ts';
import type { rootMachine } from './root-machine.ts';

/** Everything the daemon acts through; compose.ts makes it real. */
export interface DaemonParts {
  readonly config: Config;
  /** Sessions outside the range that are to be ended: at once, or when they have done what they do. */
  readonly retiring?: readonly Slot[];
  /** Told of each of them that is gone, or was none of ours. */
  readonly onRetired?: (session: string) => void;
  /** Resolves when no effect of a machine goes on any more; asked for after the machines were stopped. */
  readonly underWay?: () => Promise<void>;
  readonly version: string;
  readonly pid: number;
  readonly tmux: TmuxPort;
  readonly agent: AgentPort;
  readonly signals: SignalPort;
  readonly processes: Pick<ProcessPort, 'isAlive' | 'end' | 'lostAgents'>;
  readonly store: FactStore;
  readonly tasks: TaskStore;
  /** Daemons and tmux servers beside ours. */
  readonly neighbours: Neighbourhood;
  readonly chance: Chance;
  /** Resolves after so many milliseconds, or at once when `signal` is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Aborted when the daemon is no longer wanted. */
  readonly signal: AbortSignal;
  readonly log: (entry: LogEvent) => void;
  /** The root machine with its effects provided. */
  readonly machine: typeof rootMachine;
  readonly inspect: (event: InspectionEvent) => void;
  /** Asked by launches as well, so it is there before the root is. */
  readonly accounts: AccountBoard;
  /** The guard, asked again for one account. */
  readonly checkLinks: (account: Account) => readonly CheckError[];
}
