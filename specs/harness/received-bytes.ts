import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from './temp-dir.ts';

/** Notes every byte that the agents of a pool receive from their terminals. */
export interface ReceivedBytes {
  /** Goes into `agent.env` of the pool's config. */
  readonly env: Readonly<Record<string, string>>;
  /** All that the agents of this session were sent so far, one after the other. */
  in(session: string): string;
}

/** For agents that are Node programs, as the demo agent is. */
export function noteReceivedBytes(): ReceivedBytes {
  const dir = tempDir();
  const preload = join(dir, 'note.cjs');
  writeFileSync(preload, NOTE);
  return {
    env: { NODE_OPTIONS: `--require=${preload}`, NOTED_BELOW: dir },
    in: (session) => {
      const file = join(dir, session);
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    },
  };
}

const RECORDER = fileURLToPath(new URL('../fixtures/recording-agent.sh', import.meta.url));

/** An agent that does nothing but note what it is sent, and takes pastes as the client does. */
export interface Recorder {
  readonly command: readonly string[];
  /** All that it was sent so far. */
  received(): string;
}

/** For sessions whose agent is of no other use. Its pane's title is `ready PID` when it listens. */
export function createRecorder(): Recorder {
  const file = join(tempDir(), 'received');
  return {
    command: ['/bin/sh', RECORDER, file],
    received: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
  };
}

const NOTE = `
const { appendFileSync } = require('node:fs');
const { CLAUDE_FAILOVER_SESSION, NOTED_BELOW } = process.env;
if (CLAUDE_FAILOVER_SESSION) {
  const { stdin } = process;
  const emit = stdin.emit;
  stdin.emit = (event, ...given) => {
    if (event === 'data') appendFileSync(NOTED_BELOW + '/' + CLAUDE_FAILOVER_SESSION, given[0]);
    return emit.call(stdin, event, ...given);
  };
}
`;
