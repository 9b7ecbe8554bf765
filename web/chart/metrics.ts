/**
 * Sizes of text and boxes, shared by the layout (which reserves room) and the drawing (which fills
 * it). Text is set in a monospaced face because its width can then be known without a browser:
 * every usual one advances by at most 0.61 em.
 */
export const TITLE_PX = 13;
export const NOTE_PX = 10.5;
export const LINE_PX = 15;
export const PAD_PX = 10;
export const HEADER_PX = 26;
export const DOT_PX = 10;
const ADVANCE_EM = 0.61;

export function textWidth(text: string, fontPx: number): number {
  return Math.ceil([...text].length * fontPx * ADVANCE_EM);
}
