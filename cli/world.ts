import type { Environment } from '../config/xdg.ts';
import type { PageStyle } from './format/page-style.ts';
import { createPaint, type Paint } from './terminal/colours.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What of the outside a command depends on; handed in, so that specs never meet the real home. */
export interface CliWorld {
  readonly env: Environment;
  /** The operator's home directory, absolute. */
  readonly home: string;
  readonly uid: number;
  /** Of this program. */
  readonly version: string;
  readonly terminal: Terminal;
}

/** The options that every command knows. */
export interface CommonOptions {
  /** `--config FILE`. */
  readonly config?: string;
  /** False after `--no-color`. */
  readonly color: boolean;
}

/** Those of a command whose answer programs can read, too. */
export interface JsonOptions extends CommonOptions {
  readonly json?: boolean;
}

/** How a page that is printed now looks: lines are cut for a terminal only. */
export function pageStyleOf(world: CliWorld, options: CommonOptions): PageStyle {
  const { stdout } = world.terminal;
  const width = stdout.isTTY ? stdout.columns || null : null;
  return { paint: paintOf(world, options), now: Date.now(), width };
}

export function paintOf({ terminal }: CliWorld, { color }: CommonOptions): Paint {
  return createPaint(terminal.hasColours && color);
}
