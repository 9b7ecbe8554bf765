import type { DeathCause } from '../ports.ts';

/**
 * Whether a client that was to go on with this conversation has ended before its prompt since it finds none: its
 * transcript is not where this client looks for that of its directory. Every other start would end so.
 */
export function findsNoConversation(
  { cause, lastScreen }: { readonly cause: DeathCause; readonly lastScreen: string },
  conversation: string,
): boolean {
  if (cause.kind !== 'exit' || cause.code !== 1) return false;
  // A narrow pane breaks the line.
  const said = lastScreen.replaceAll('\n', '');
  return said.includes(`No conversation found with session ID: ${conversation}`);
}

/** Why nothing can go on then; without what to do. */
export function noConversation(conversation: string, workdir: string): string {
  return `the client finds no conversation ${conversation} of ${workdir}`;
}

/** What helps then: the transcript may be on the disk, but in the folder of another directory. */
export const PUT_BACK =
  'put its transcript into the folder of projects/ named after that directory';
