import type { Paint } from '../terminal/colours.ts';

/** How a page looks to whoever reads it. */
export interface PageStyle {
  readonly paint: Paint;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Columns of the terminal; null where lines may be as long as they are (a file, a pipe). */
  readonly width: number | null;
}
