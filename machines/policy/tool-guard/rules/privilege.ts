import type { Rule } from '../finding.ts';
import { hasOption, type Invocation, operandsOf, textsOf } from '../invocation.ts';

const BECOME_ANOTHER: ReadonlySet<string> = new Set([
  'sudo',
  'doas',
  'su',
  'runuser',
  'pkexec',
  'run0',
]);

/** An agent has the rights that it was started with. */
export const otherUsers: Rule = (invocation) => {
  const { name } = invocation;
  if (!BECOME_ANOTHER.has(name) || (name === 'sudo' && isHarmless(invocation))) return [];
  const what = textsOf(invocation).find((text) => !text.startsWith('-')) ?? '';
  return [{ rule: 'sudo', reason: `${name} ${what}`.trim() }];
};

/** To ask what is allowed, and to install packages as their maintainers made them. */
function isHarmless(invocation: Invocation): boolean {
  const args = textsOf(invocation);
  const [program = '', verb = ''] = operandsOf(args, ['-u', '-g']).filter(
    (text) => !/^\w+=/.test(text),
  );
  if (program === 'true') return true;
  if (program === '') return hasOption(args, '-l', '-v', '-k', '-K', '-V', '--list', '--validate');
  return (
    PACKAGE_MANAGERS.has(program) && /^(?:install|update|add|list|search|show|info)$/.test(verb)
  );
}

const PACKAGE_MANAGERS: ReadonlySet<string> = new Set([
  ...['apt', 'apt-get', 'apt-cache', 'dnf', 'yum', 'microdnf', 'zypper', 'apk', 'snap', 'brew'],
]);

/** What runs when nobody looks is not an agent's to plan. */
export const schedules: Rule = (invocation) => {
  if (invocation.name !== 'crontab' || hasOption(textsOf(invocation), '-l')) return [];
  return [{ rule: 'crontab', reason: `crontab ${textsOf(invocation).join(' ')}`.trim() }];
};
