import { printable } from './printable.ts';
import type { CheckError } from './types.ts';

/**
 * All errors for a person on stderr: those of the config file first, each with its place, then
 * those of the accounts, account by account, then what to do next. Ends with a newline; empty
 * without errors. Nothing in it can move a cursor or hide text.
 */
export function formatCheckErrors(errors: readonly CheckError[], file: string): string {
  if (errors.length === 0) return '';
  const config = errors.filter(({ code }) => code.startsWith('config.'));
  const guard = errors.filter(({ code }) => code.startsWith('guard.'));
  const groups = [configGroup(config, file), ...guardGroups(guard), hints(config, guard, file)];
  return `${groups.filter((group) => group !== '').join('\n\n')}\n`;
}

function configGroup(errors: readonly CheckError[], file: string): string {
  return errors
    .map((error) => `${placeOf(error, file)}  ${error.code}  ${shown(error)}`)
    .join('\n');
}

function placeOf({ line, column }: CheckError, file: string): string {
  const place = line === null ? '' : `:${line}:${column ?? 1}`;
  return `${printable(file)}${place}`;
}

function guardGroups(errors: readonly CheckError[]): readonly string[] {
  const accounts = new Set(errors.map(({ account }) => account));
  return [...accounts].map((account) => {
    const title = account === null ? 'shared state' : `account ${printable(account)}`;
    const ofAccount = errors.filter((error) => error.account === account);
    return [`${title}:`, ...ofAccount.map((error) => `  ${error.code}  ${shown(error)}`)].join(
      '\n',
    );
  });
}

function shown({ message }: CheckError): string {
  return printable(message);
}

function configHint(errors: readonly CheckError[], file: string): string {
  if (errors.length === 0) return '';
  // A key that is missing has a pointer; what has none here is the file itself.
  const isMissing = errors.some(({ code, path }) => code === 'config.required' && path === '');
  return isMissing
    ? 'To write a first one: claude-failover init'
    : `Mend ${printable(file)}, then look again: claude-failover check`;
}

/** What `account link` can create; it leaves everything else as it is. */
const CREATABLE = new Set<CheckError['code']>([
  'guard.missing',
  'guard.canonical_missing',
  'guard.home_missing',
]);

function hints(config: readonly CheckError[], guard: readonly CheckError[], file: string): string {
  const isCreatable = guard.some(({ code }) => CREATABLE.has(code));
  const isByHand = guard.some(({ code }) => !CREATABLE.has(code) && code !== 'guard.same_login');
  return [
    configHint(config, file),
    isCreatable
      ? 'To see what would be created: claude-failover account link (then with --apply)'
      : '',
    isByHand
      ? 'What is wrongly in place is never moved or overwritten for you: mend it by hand, then: claude-failover check'
      : '',
  ]
    .filter((hint) => hint !== '')
    .join('\n');
}
