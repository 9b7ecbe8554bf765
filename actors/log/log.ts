import type { Writable } from 'node:stream';
import winston from 'winston';
import type { LogLevel } from '../../config/types.ts';
import { type LogEvent, levelOf, messageOf } from '../../machines/log-events.ts';
import { lineOf } from './line.ts';
import { createOutlet } from './outlet.ts';
import { stdoutStream } from './stdout-stream.ts';

export interface Log {
  /** Writes one line, unless its level is below the log's. Never throws, never waits. */
  write(event: LogEvent): void;
  /** Something that should not happen and is survived, as `daemon.error`; anything may be thrown. */
  error(error: unknown, reason: string): void;
  /** The least that is written, from now on. */
  setLevel(level: LogLevel): void;
  /** Resolves once all lines so far have left this process, after 2 s at the latest. Before an exit. */
  flush(): Promise<void>;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Where the lines go; nothing else may be written there. */
  readonly stream?: Writable;
  readonly now?: () => number;
}

/** A reader that does not read must not keep the daemon from ending. */
const FLUSH_MS = 2_000;
/** How much may wait for a reader that does not read, some ten thousand lines; what does not fit is dropped. */
const LIMIT_BYTES = 4_194_304;

/**
 * The daemon's log: one JSON object a line, `time, level, event, msg`, then the facts of the event.
 * A reader that is slow or a disk that is full has lines wait, within a limit; where some had to be dropped,
 * `log.dropped` stands in their place. A reader that goes away (EPIPE) costs all that follow, never the daemon.
 */
export function createLog({ level, stream = stdoutStream(), now = Date.now }: LogOptions): Log {
  const time = () => new Date(now()).toISOString();
  const out = createOutlet(stream, {
    limit: LIMIT_BYTES,
    gapLine: (lines) => gapLine(time(), lines),
  });
  const logger = winston.createLogger({
    level,
    format: winston.format.printf(({ level, event, message, facts }) =>
      lineOf({ time: time(), level, event: String(event), msg: String(message) }, Object(facts)),
    ),
    transports: [new winston.transports.Stream({ stream: out.sink, eol: '' })],
  });

  // One entry to winston: its other forms of `log` merge, rename and mutate what they are given.
  const write = (logEvent: LogEvent) => {
    const { event } = logEvent;
    const eventLevel = levelOf(event);
    if (!logger.isLevelEnabled(eventLevel)) return;
    out.expectLine();
    logger.log({ level: eventLevel, event, message: messageOf(logEvent), facts: logEvent });
  };

  return {
    write,
    error: (error, reason) => write({ event: 'daemon.error', reason, error }),
    setLevel: (least) => {
      logger.level = least;
    },
    flush: () => out.whenWritten(FLUSH_MS),
  };
}

/** Written whatever the level is: what a reader has missed may have been of any. */
function gapLine(time: string, lines: number): string {
  const dropped = { event: 'log.dropped', lines } as const;
  const { event } = dropped;
  return lineOf({ time, level: levelOf(event), event, msg: messageOf(dropped) }, dropped);
}
