import { styleText } from 'node:util';
import type { Environment } from '../../config/xdg.ts';

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Whether a stream may get colours: a terminal that knows them, and nobody who said no. */
export function wantsColour({ env, isTTY }: { env: Environment; isTTY: boolean }): boolean {
  return isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** Colours text, or leaves it exactly as it is. Widths are counted before painting. */
export function createPaint(isEnabled: boolean): Paint {
  if (!isEnabled) return (_, text) => text;
  // The streams were looked at already: what styleText finds out about stdout must not matter.
  return (style, text) => (text === '' ? '' : styleText(style, text, { validateStream: false }));
}
