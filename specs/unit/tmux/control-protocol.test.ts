import { expect, test } from '@jest/globals';
import { type ControlEvent, createControlParser } from '../../../actors/tmux/control-protocol.ts';

/** As tmux 3.3a wrote it: attach, two commands on one line, a death elsewhere. */
const RECORDED = [
  '%begin 1795543546 268 0',
  '%end 1795543546 268 0',
  '%session-changed $1 _hub',
  '%begin 1795543546 274 1',
  '$2',
  '%end 1795543546 274 1',
  '%begin 1795543546 275 1',
  "can't find session: x",
  '%error 1795543546 275 1',
  '%unlinked-window-close @2',
  '%sessions-changed',
  '%exit',
  '',
].join('\n');

function parse(...chunks: readonly (string | Buffer)[]): readonly ControlEvent[] {
  const events: ControlEvent[] = [];
  const push = createControlParser((event) => events.push(event));
  for (const chunk of chunks) push(Buffer.from(chunk));
  return events;
}

const EXPECTED = [
  { kind: 'reply', ok: true, own: false, lines: [] },
  { kind: 'notification', name: 'session-changed', text: '$1 _hub' },
  { kind: 'reply', ok: true, own: true, lines: ['$2'] },
  { kind: 'reply', ok: false, own: true, lines: ["can't find session: x"] },
  { kind: 'notification', name: 'unlinked-window-close', text: '@2' },
  { kind: 'notification', name: 'sessions-changed', text: '' },
  { kind: 'notification', name: 'exit', text: '' },
];

test('a recorded conversation becomes replies and notifications', () => {
  expect(parse(RECORDED)).toEqual(EXPECTED);
});

test('it may arrive in pieces cut anywhere', () => {
  for (let size = 1; size < 40; size += 1) {
    const bytes = Buffer.from(RECORDED);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(parse(...pieces)).toEqual(EXPECTED);
  }
});

test('what a pane printed is body, also when it looks like the protocol', () => {
  const body = ['%end 1 2 1', '%exit', '%begin 7 9 1', '%error 7 8 0', '%end 7 8 1 ', ''];
  expect(parse(['%begin 7 8 1', ...body, '%end 7 8 1', ''].join('\n'))).toEqual([
    { kind: 'reply', ok: true, own: true, lines: body },
  ]);
});

test('bytes that are not UTF-8 do not disturb what follows', () => {
  const events = parse('%begin 7 8 1\n', Buffer.from([0xff, 0xc3, 0x0a]), '%end 7 8 1\n%exit\n');
  expect(events).toEqual([
    { kind: 'reply', ok: true, own: true, lines: ['\ufffd\ufffd'] },
    { kind: 'notification', name: 'exit', text: '' },
  ]);
});

test('a character cut in two arrives whole', () => {
  const bytes = Buffer.from('%begin 7 8 1\né🙂\n%end 7 8 1\n');
  expect(parse(bytes.subarray(0, 14), bytes.subarray(14, 17), bytes.subarray(17))).toEqual([
    { kind: 'reply', ok: true, own: true, lines: ['é🙂'] },
  ]);
});

test('a line that is neither notification nor within a reply is nobody’s', () => {
  expect(parse('printed by a hook\n%exit\n')).toHaveLength(1);
});
