import { test } from '@jest/globals';
import fc from 'fast-check';
import {
  checkTaskBytes,
  checkTaskText,
  LONGEST_TASK_BYTES,
} from '../../machines/policy/task-text.ts';

/** Dense in what matters: line ends, marks, controls, surrogates, white space. */
const given = fc
  .array(
    fc.oneof(
      fc.constantFrom('\r', '\n', '\r\n', '\t', ' ', '\ufeff', '\ufffd', '\u001b', '\0', '\u0085'),
      fc.constantFrom('\ud83d', '\udc4d', '👍', 'é', 'x', '\\', '[task '),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

const bytes = fc.oneof(
  given.map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 40 }),
);

test('an accepted text is exactly what was given, but for \\r\\n and a byte order mark', () => {
  fc.assert(
    fc.property(given, (text) => {
      const verdict = checkTaskText(text);
      const expected = (text.startsWith('\ufeff') ? text.slice(1) : text).replaceAll('\r\n', '\n');
      return !verdict.ok || verdict.text === expected;
    }),
  );
});

test('an accepted text holds nothing that a terminal obeys, and is accepted again as it is', () => {
  fc.assert(
    fc.property(given, (text) => {
      const verdict = checkTaskText(text);
      if (!verdict.ok) return true;
      const again = checkTaskText(verdict.text);
      const isPlain = [...verdict.text].every((character) => isTaken(character));
      // A second byte order mark is text once, and would be a mark now.
      const isSame = verdict.text.startsWith('\ufeff') || (again.ok && again.text === verdict.text);
      return isPlain && isSame && verdict.text.trim() !== '';
    }),
  );
});

test('what is refused has a reason: a place where such a character is, or nothing in it', () => {
  fc.assert(
    fc.property(given, (text) => {
      const verdict = checkTaskText(text);
      if (verdict.ok) return true;
      if (verdict.place === null) return text.replace(/^\ufeff/, '').trim() === '';
      const rest = fromOffset(text, verdict.place.offset);
      const [first = ''] = rest;
      return first === '\r' ? rest[1] !== '\n' : !isTaken(first);
    }),
  );
});

test('bytes are judged as the text that they are, and only UTF-8 is text', () => {
  fc.assert(
    fc.property(bytes, (raw) => {
      const verdict = checkTaskBytes(raw);
      const text = strictly(raw);
      if (text !== null) return JSON.stringify(verdict) === JSON.stringify(checkTaskText(text));
      if (verdict.ok || verdict.place === null) return false;
      // All before the offset is text; with the byte there it never becomes any.
      const { offset } = verdict.place;
      return strictly(raw.subarray(0, offset)) !== null && offset < raw.length;
    }),
  );
});

test('nothing longer than the greatest length is accepted', () => {
  const size = fc.integer({ min: LONGEST_TASK_BYTES - 3, max: LONGEST_TASK_BYTES + 3 });
  fc.assert(
    fc.property(size, (length) => {
      return checkTaskText('x'.repeat(length)).ok === length <= LONGEST_TASK_BYTES;
    }),
    { numRuns: 10 },
  );
});

function isTaken(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\t' || character === '\n') return true;
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  return !isControl && (code < 0xd800 || code > 0xdfff);
}

/** The code points from a byte offset on. */
function fromOffset(text: string, offset: number): readonly string[] {
  let size = 0;
  return [...text].filter((character) => {
    const isAfter = size >= offset;
    size += new TextEncoder().encode(character).length;
    return isAfter;
  });
}

function strictly(raw: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return null;
  }
}
