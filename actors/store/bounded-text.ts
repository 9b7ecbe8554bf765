/** What an agent said last, or why a task failed: enough for a person, bounded for the disk. */
const LONGEST_BYTES = 64 * 1024;
const CUT = '…';

/** The text, or its beginning when it is longer than 64 KiB; no character is cut in two. */
export function boundedText(text: string): string {
  if (Buffer.byteLength(text) <= LONGEST_BYTES) return text;
  const beginning = Buffer.from(text).subarray(0, LONGEST_BYTES - Buffer.byteLength(CUT));
  // `stream`: an unfinished character at the end is waited for, and so left out.
  return new TextDecoder().decode(beginning, { stream: true }) + CUT;
}
