/**
 * The bytes of tmux's control mode (tmux(1), CONTROL MODE) as events.
 *
 *     %begin 1795543546 274 1        opens the reply to one command
 *     …body, verbatim…               may hold anything, `%end 1 2 1` too
 *     %end 1795543546 274 1          same time and number, else it is body (%error: it failed)
 *     %sessions-changed              outside of a reply: a notification
 */
export type ControlEvent =
  | {
      readonly kind: 'reply';
      readonly ok: boolean;
      /** True for a command typed by this client; false for the initial command and for hooks. */
      readonly own: boolean;
      readonly lines: readonly string[];
    }
  | { readonly kind: 'notification'; readonly name: string; readonly text: string };

interface OpenReply {
  /** `time number flags`, as both ends of the reply repeat them. */
  readonly stamp: string;
  readonly lines: string[];
}

/**
 * A parser fed with chunks as they come from the pipe, cut anywhere. Lines are split as bytes and
 * then decoded, so that a character cut in two chunks survives; bytes that are not UTF-8 become U+FFFD.
 */
export function createControlParser(
  onEvent: (event: ControlEvent) => void,
): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let open: OpenReply | null = null;

  const onLine = (line: string): void => {
    if (open) {
      const reply = open;
      const end = endOf(reply, line);
      if (!end) reply.lines.push(line);
      else {
        open = null;
        onEvent({ kind: 'reply', ok: end === 'end', own: isOwn(reply), lines: reply.lines });
      }
      return;
    }
    if (line.startsWith('%begin ')) open = { stamp: line.slice('%begin '.length), lines: [] };
    else if (line.startsWith('%')) onEvent(notificationOf(line));
    // Anything else is what a hook printed with display-message: nobody's reply.
  };

  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
      onLine(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
  };
}

function endOf(reply: OpenReply, line: string): 'end' | 'error' | null {
  if (line === `%end ${reply.stamp}`) return 'end';
  return line === `%error ${reply.stamp}` ? 'error' : null;
}

function isOwn(reply: OpenReply): boolean {
  return reply.stamp.split(' ')[2] === '1';
}

function notificationOf(line: string): ControlEvent {
  const nameEnd = line.indexOf(' ');
  if (nameEnd === -1) return { kind: 'notification', name: line.slice(1), text: '' };
  return { kind: 'notification', name: line.slice(1, nameEnd), text: line.slice(nameEnd + 1) };
}
