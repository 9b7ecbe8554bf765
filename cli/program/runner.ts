import type { Command } from 'commander';
import type { CliWorld, CommonOptions } from '../world.ts';

/** What commander has read: arguments in order, and the options of the command and of the program. */
export interface Parsed<Options extends CommonOptions> {
  readonly args: readonly string[];
  readonly options: Options;
}

/** A command as the program knows it: it loads its own code, so that `--help` loads none. */
export type Load<Options extends CommonOptions> = (
  world: CliWorld,
  parsed: Parsed<Options>,
) => Promise<number>;

/** Turns a command into what commander calls: its exit code is kept, its errors fly on. */
export type Runner = <Options extends CommonOptions>(
  load: Load<Options>,
) => (this: Command) => Promise<void>;
