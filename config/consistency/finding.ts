import type { RawConfig } from '../schema.ts';
import type { ConfigErrorCode } from '../types.ts';

/** What one look across several keys found wrong; `path` is the JSON pointer of the value to mend. */
export interface Finding {
  readonly code: ConfigErrorCode;
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  readonly found: string;
}

export interface ConsistencyWorld {
  /** Absolute form of a path of the config. */
  readonly resolve: (path: string) => string;
  readonly uid: number;
  /** Why the socket of these keys cannot be used; null when it can. */
  readonly socketProblem: (tmux: RawConfig['tmux']) => string | null;
  /** True when the key at the pointer was written down, not filled in. */
  readonly isGiven: (pointer: string) => boolean;
}

export interface ConsistencyView extends ConsistencyWorld {
  /** True when neither the value at the pointer nor anything around it is malformed. */
  readonly isSound: (pointer: string) => boolean;
}
