/** The exit codes of DESIGN.md section 5 that setting up can end with. */
export const EXIT = { usage: 64, unavailable: 69, internal: 70 };

/** Setting up cannot go on; the message says what to do. */
export class CannotGoOn extends Error {
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Tells the person, on stderr: stdout belongs to the daemon's log. */
export function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}
