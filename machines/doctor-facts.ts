/** What `doctor` finds on this machine: the probes of `actors/doctor` tell it, the supervisor judges. */
import type { ErrorCode } from '../config/errors.ts';

export interface MachineFacts {
  /** Such as `20.20.2`. */
  readonly node: string;
  /** What `tmux -V` says, such as `tmux 3.3a`; null when there is no tmux. */
  readonly tmux: string | null;
  readonly server: TmuxServerFacts;
  readonly client: ClientFacts;
  readonly accounts: readonly AccountHomeFacts[];
  /** Directories that agents are to work in and that are not there; null without a config. */
  readonly missingWorkdirs: readonly string[] | null;
  /** Where our files lie, and pm2's when it is there. */
  readonly paths: readonly PathFacts[];
  /** Bytes that this user can still write below `state_dir`; null when it cannot be told. */
  readonly freeBytes: number | null;
  /** Processes that hold slots of this config's range on its tmux server. */
  readonly holders: readonly HolderFacts[];
}

export interface TmuxServerFacts {
  /** null when none runs on the pool's socket: then the facts are those of one that we would start. */
  readonly pid: number | null;
  /** The control groups it is in, as `/proc/PID/cgroup` names them. */
  readonly cgroups: readonly string[];
}

export interface ClientFacts {
  /** The word that the config gives. */
  readonly command: string;
  /** The program it means; null when there is none. */
  readonly path: string | null;
  /** What it says of itself; null when it does not run. */
  readonly version: string | null;
}

export interface AccountHomeFacts {
  readonly name: string;
  readonly home: string;
  /** Whether a login file is there: its content is nobody's business. */
  readonly isLoggedIn: boolean;
  /** First questions of the client that are not answered yet, such as `hasCompletedOnboarding`. */
  readonly unanswered: readonly string[];
  /** A file of the client's that could not be read; null when all could. */
  readonly broken: { readonly code: ErrorCode; readonly message: string } | null;
}

export interface PathFacts {
  readonly path: string;
  readonly what: 'state_dir' | 'store' | 'pm2_home' | 'pm2_dump';
  /** Permission bits; a path that is not there is left out of the facts. */
  readonly mode: number;
  readonly isOurs: boolean;
}

export interface HolderFacts {
  readonly pid: number;
  readonly startIndex: number;
  readonly max: number;
}
