import { resolve } from 'node:path/posix';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shellWord } from '../../config/shell-word.ts';
import { judgeTool } from '../../machines/policy/tool-guard/judge-tool.ts';
import { absolutePath } from '../../machines/policy/tool-guard/paths.ts';
import { guardPlaces, refusedBy } from '../harness/guard-places.ts';
import { ORDINARY_COMMANDS } from '../harness/ordinary-commands.ts';
import { REFUSED_COMMANDS } from '../harness/refused-commands.ts';

/** Ways to write a command, after which it does what it did. */
const AROUND: readonly ((command: string) => string)[] = [
  (command) => `(${command}\n)`,
  (command) => `{ ${command}\n}`,
  (command) => `true && {\n${command}\n}`,
  (command) => `cd . ; ${command}`,
  (command) => `if true; then\n${command}\nfi`,
  (command) => `for i in 1 2; do\n${command}\ndone`,
  (command) => `while true; do\n${command}\nbreak; done`,
  (command) => `case x in *) ${command}\n;; esac`,
  (command) => `f() {\n${command}\n}; f`,
  (command) => `echo "$(${command}\n)"`,
  (command) => `x=$(\n${command}\n)`,
  (command) => `diff <(\n${command}\n) /dev/null`,
  (command) => `{ ${command}\n} 2>&1 | cat > /tmp/log`,
  (command) => `bash -c ${shellWord(command)}`,
  (command) => `env A=1 timeout 5 sh -c ${shellWord(command)}`,
  (command) => `eval ${shellWord(command)}`,
  (command) => `bash <<'END_OF_IT'\n${command}\nEND_OF_IT`,
  (command) => `xargs -n1 sh -c ${shellWord(command)}`,
];

const wrapping = fc
  .array(fc.constantFrom(...AROUND), { maxLength: 4 })
  .map((all) => (command: string) => all.reduce((inner, around) => around(inner), command));

/** Commands that hold a here-document or several lines are taken as they are in other specs. */
const isOneLine = (command: string) => !command.includes('\n');

test('whatever is written around a refused command, it is refused', () => {
  const commands = Object.values(REFUSED_COMMANDS).flat().filter(isOneLine);
  const whole = commands.filter((command) => !command.startsWith('if ls;'));
  fc.assert(
    fc.property(fc.constantFrom(...whole), wrapping, (command, wrap) => {
      expect(refusedBy(wrap(command))).not.toBeNull();
    }),
    { numRuns: 1000 },
  );
});

test('whatever is written around an ordinary command, it passes', () => {
  const commands = Object.values(ORDINARY_COMMANDS).flat().filter(isOneLine);
  fc.assert(
    fc.property(fc.constantFrom(...commands), wrapping, (command, wrap) => {
      expect(refusedBy(wrap(command))).toBeNull();
    }),
    { numRuns: 1000 },
  );
});

const TOKENS = [
  ...['rm', '-rf', '/', '~', '..', '*', '$HOME', '${X:-', '}', '$(', '`', ')', '(', '{', '"', "'"],
  ...['|', '||', '&&', ';', '&', '\n', '<<EOF\n', 'EOF', '<(', '>', '>>', '<<<', '\\', '#', '$'],
  ...['if', 'then', 'fi', 'for', 'do', 'done', 'case', 'esac', 'f()', 'function', 'in', '[[', ']]'],
  ...['eval', 'bash', '-c', 'sudo', 'xargs', 'find', '-exec', 'git', 'push', '--', '=', '((', ' '],
];

test('whatever a command looks like, it is judged', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((tokens) => tokens.join(' ')),
    fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((tokens) => tokens.join('')),
  );
  fc.assert(
    fc.property(text, (command) => {
      try {
        const refusal = judgeTool({ tool: 'Bash', input: { command } }, guardPlaces(), []);
        expect(refusal?.reason.length ?? 0).toBeLessThanOrEqual(241);
      } catch (error) {
        expect(error).toMatchObject({ message: expect.stringContaining('nested too deep') });
      }
    }),
    { numRuns: 3000 },
  );
});

test('whatever a tool is given, it is judged', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('command', 'file_path', 'x'), fc.anything()),
      (input) => {
        judgeTool({ tool: 'Write', input: { ...input } }, guardPlaces(), []);
      },
    ),
  );
});

const part = fc.constantFrom(
  'a',
  'b.txt',
  '.claude',
  'settings.json',
  '.',
  '..',
  '',
  'hooks',
  '.ssh',
);
const path = fc
  .tuple(
    fc.constantFrom('', '/', './', '/home/dev/', '/work/app/'),
    fc.array(part, { maxLength: 8 }),
  )
  .map(([start, parts]) => `${start}${parts.join('/')}`);

test('paths are made absolute as the kernel does it, where no link is on the way', () => {
  fc.assert(
    fc.property(path, (text) => {
      expect(absolutePath(text, '/work/app')).toBe(resolve('/work/app', text));
    }),
  );
});

test('the same file is judged alike, however it is written', () => {
  fc.assert(
    fc.property(path, (text) => {
      const plain = resolve('/work/app', text);
      const ruleOf = (file: string) =>
        judgeTool({ tool: 'Write', input: { file_path: file } }, guardPlaces(), [])?.rule;
      expect(ruleOf(text === '' ? '.' : text)).toBe(ruleOf(plain));
    }),
  );
});
