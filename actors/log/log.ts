import type { Writable } from 'node:stream';
import winston from 'winston';
import type { LogLevel } from '../../config/types.ts';
import { type LogEvent, levelOf, messageOf } from '../../machines/log-events.ts';
import { lineOf } from './line.ts';
import { createOutlet } from './outlet.ts';

export interface Log {
  /** Writes one line, unless its level is below the log's. Never throws, never waits. */
  write(event: LogEvent): void;
  /** Something that should not happen and is survived, as `daemon.error`; anything may be thrown. */
  error(error: unknown, reason: string): void;
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

/**
 * The daemon's log: one JSON object a line, `time, level, event, msg`, then the facts of the event.
 * A reader that goes away (EPIPE) or a full disk costs lines, never the daemon.
 */
export function createLog({ level, stream = process.stdout, now = Date.now }: LogOptions): Log {
  const out = createOutlet(stream);
  const logger = winston.createLogger({
    level,
    format: winston.format.printf(({ level, event, message, facts }) =>
      lineOf(
        { time: new Date(now()).toISOString(), level, event: String(event), msg: String(message) },
        Object(facts),
      ),
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
    flush: () => out.whenWritten(FLUSH_MS),
  };
}
