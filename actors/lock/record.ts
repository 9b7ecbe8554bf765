import { readSync, writeSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { type Claim, RECORD_BYTES } from './claim.ts';

/** Who holds a slot, and its whole range, as a person is told. */
export interface Holder {
  readonly pid: number;
  readonly startIndex: number;
  readonly max: number;
}

export interface LockRecord extends Holder {
  readonly startTime: string;
}

/** One line of `pid startTime startIndex max label`, padded: readable with `cat`, never longer than its place. */
export function writeRecord(fd: number, claim: Claim, record: LockRecord): void {
  const { pid, startTime, startIndex, max } = record;
  const line = [pid, startTime, startIndex, max, claim.label].join(' ');
  writeSync(fd, `${line.padEnd(RECORD_BYTES - 1)}\n`, claim.recordOffset);
}

/** null when nothing (or something about another slot) is written there. */
export function readRecord(fd: number, claim: Claim): (Holder & ProcessIdentity) | null {
  const bytes = Buffer.alloc(RECORD_BYTES);
  readSync(fd, bytes, 0, RECORD_BYTES, claim.recordOffset);
  const match = /^(\d+) (\d+) (\d+) (\d+) (\w+) *\n$/.exec(bytes.toString('latin1'));
  if (match === null || match[5] !== claim.label) return null;
  const [, pid, startTime = '', startIndex, max] = match;
  return { pid: Number(pid), startTime, startIndex: Number(startIndex), max: Number(max) };
}
