import { expect, test } from '@jest/globals';
import { type HookGroup, mergedHooks } from '../../../actors/agent/hooks.ts';

test('hooks of several purposes are all kept, those of one event in the order given', () => {
  const merged = mergedHooks(
    { Stop: [group('a')], SessionEnd: [group('b')] },
    {},
    { Stop: [group('c'), group('d')], PreToolUse: [{ ...group('e'), matcher: 'Bash' }] },
  );
  expect(merged).toEqual({
    Stop: [group('a'), group('c'), group('d')],
    SessionEnd: [group('b')],
    PreToolUse: [{ ...group('e'), matcher: 'Bash' }],
  });
});

function group(command: string): HookGroup {
  return { hooks: [{ type: 'command', command, timeout: 1 }] };
}
