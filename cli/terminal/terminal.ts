import type { ReadStream, WriteStream } from 'node:tty';
import type { Environment } from '../../config/xdg.ts';
import { wantsColour } from './colours.ts';

/** What commands talk through: data goes to stdout, talk to stderr, and nothing else writes. */
export interface Terminal {
  /** One piece of data, and a line end. */
  print(text: string): void;
  /** A sentence for a person, and a line end. */
  say(text: string): void;
  /** Whether data may be coloured, as far as the stream and the environment go. */
  readonly hasColours: boolean;
  /** Aborts when the reader of stdout has gone (`| head`): whoever prints on and on stops. */
  readonly closed: AbortSignal;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export interface Streams {
  readonly stdin: ReadStream | NodeJS.ReadStream;
  readonly stdout: WriteStream | NodeJS.WriteStream;
  readonly stderr: NodeJS.WritableStream;
  readonly env: Environment;
  /** Told when stdout cannot be written to (a full disk); a reader that has gone is no error. */
  readonly onBroken: (error: Error) => void;
}

/** The streams of this process as a terminal. */
export function openTerminal({ stdin, stdout, stderr, env, onBroken }: Streams): Terminal {
  const closed = new AbortController();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    closed.abort();
    if (error.code !== 'EPIPE') onBroken(error);
  });
  // Whoever would be told has gone: that must end nobody, least of all a daemon.
  stderr.on('error', () => {});
  return {
    print: (text) => void stdout.write(`${text}\n`),
    say: (text) => void stderr.write(`${text}\n`),
    hasColours: wantsColour({ env, isTTY: stdout.isTTY === true }),
    closed: closed.signal,
    stdin,
    stdout,
  };
}
