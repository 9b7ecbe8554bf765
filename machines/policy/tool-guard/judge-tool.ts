import type { ToolGuardRule } from '../../../config/tool-guard-rules.ts';
import type { Finding, Rule } from './finding.ts';
import { absolutePath } from './paths.ts';
import type { GuardPlaces } from './places.ts';
import type { Refusal } from './refusal.ts';
import { removalsOutside } from './rules/deletions.ts';
import { blockDevices } from './rules/devices.ts';
import { unreadPrograms } from './rules/downloads.ts';
import { protectedFile, protectedFiles } from './rules/files.ts';
import { rewrittenHistory } from './rules/git.ts';
import { wideModes } from './rules/modes.ts';
import { otherUsers, schedules } from './rules/privilege.ts';
import { scanShell } from './scan-shell.ts';
import { startedShell } from './shell-state.ts';

/** A tool that the agent is about to use. */
export interface ToolUse {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Tools that run a command, and those that change a file: the others are nobody's concern here. */
export const GUARDED_TOOLS = [
  ...['Bash', 'Monitor', 'PowerShell'],
  ...['Write', 'Edit', 'MultiEdit', 'NotebookEdit'],
] as const;

/**
 * Whether an agent may use a tool; null when it may. It is a seat belt against a slip or an injected
 * instruction, not a sandbox: a program can do what its command line does not tell.
 *
 * @param allowed rules that are switched off
 * @throws when the command is nested too deep to be looked through
 */
export function judgeTool(
  { input }: ToolUse,
  places: GuardPlaces,
  allowed: readonly ToolGuardRule[],
): Refusal | null {
  const findings = [...ofCommand(input['command'], places), ...ofFile(input, places)];
  const finding = findings.find(({ rule }) => !allowed.includes(rule));
  return finding === undefined ? null : { rule: finding.rule, reason: inShort(finding.reason) };
}

/** The most telling first: what a command does before how it does it. */
const RULES: readonly Rule[] = [
  blockDevices,
  removalsOutside,
  protectedFiles,
  wideModes,
  rewrittenHistory,
  unreadPrograms,
  schedules,
  otherUsers,
];

function ofCommand(command: unknown, places: GuardPlaces): readonly Finding[] {
  if (typeof command !== 'string') return [];
  // The shell drops them.
  const text = command.replaceAll('\0', '');
  const { invocations, isForkBomb } = scanShell(text, startedShell(places));
  const bomb: readonly Finding[] = isForkBomb
    ? [{ rule: 'fork-bomb', reason: 'a function that starts itself again and again' }]
    : [];
  const found = invocations.flatMap((invocation) =>
    RULES.flatMap((rule) => rule(invocation, places)),
  );
  return [...bomb, ...found];
}

function ofFile(
  { file_path: file, notebook_path: notebook }: ToolUse['input'],
  places: GuardPlaces,
): readonly Finding[] {
  return [file, notebook].flatMap((path) =>
    typeof path === 'string' && path !== ''
      ? protectedFile({ path: absolutePath(path, places.cwd), how: 'written' }, places)
      : [],
  );
}

const LONGEST_REASON = 240;

function inShort(reason: string): string {
  const line = reason.replaceAll(/\s+/g, ' ');
  return line.length <= LONGEST_REASON ? line : `${line.slice(0, LONGEST_REASON)}…`;
}
