import type { TurnSeen } from '../../machines/signals.ts';
import { transcriptFiles } from './transcript.ts';
import { linesOf } from './transcript-lines.ts';
import { rowIn } from './transcript-row.ts';
import { afterRow, NO_TURN, type TurnSoFar } from './turn-rows.ts';

/**
 * What the transcript says of the latest prompt that bears this task's header: whether there is one,
 * and how its turn ended. Nothing is said of a turn that was cut off, or over which another prompt
 * came, or that left work in the background. Rejects when the disk does not tell, and with
 * `CONFLICT` when the conversation is not named by a UUID.
 */
export async function turnOf(
  sharedRoot: string,
  { conversation, task }: { readonly conversation: string; readonly task: string },
): Promise<TurnSeen> {
  const files = await transcriptFiles(sharedRoot, conversation);
  const turns = await Promise.all(files.map((file) => turnIn(file, task)));
  const { prompted, outcome } = turns.find((turn) => turn.prompted) ?? NO_TURN;
  return { prompted, outcome };
}

async function turnIn(file: string, task: string): Promise<TurnSoFar> {
  let turn = NO_TURN;
  for await (const line of linesOf(file)) {
    // Megabytes may come before the prompt: what cannot be it is not parsed.
    const row = turn.isOpen || line.includes(task) ? rowIn(line) : null;
    if (row !== null) turn = afterRow(turn, row, task);
  }
  return turn;
}
