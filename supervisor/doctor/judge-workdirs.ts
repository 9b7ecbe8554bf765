import { shellWord } from '../../config/shell-word.ts';
import type { MachineFacts } from '../../machines/doctor-facts.ts';
import { amiss, type Finding, fine } from './finding.ts';

/** Whether agents have a directory to work in: without one a session is given up at its start. */
export function judgeWorkdirs({ missingWorkdirs }: MachineFacts): readonly Finding[] {
  if (missingWorkdirs === null) return [];
  if (missingWorkdirs.length === 0) {
    return [fine('doctor.workdir', 'every directory to work in is there')];
  }
  return missingWorkdirs.map((path) =>
    amiss('fail', 'doctor.workdir', {
      message: `${path} is no directory, and sessions are to work there`,
      remedy: `mkdir -p ${shellWord(path)}`,
      facts: { path },
    }),
  );
}
