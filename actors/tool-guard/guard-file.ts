import { TOOL_GUARD_RULES, type ToolGuardRule } from '../../config/tool-guard-rules.ts';

/** What the hook program of one session goes by. */
export interface GuardFile {
  /** The directory that the agent is started in. */
  readonly workdir: string;
  readonly allow: readonly ToolGuardRule[];
  /** The home of each account. */
  readonly configDirs: readonly string[];
  /** Files and directories of the supervisor that no tool may change. */
  readonly own: readonly string[];
  /** The program that stores a signal for the daemon; null = nobody is told. */
  readonly signalScript: string | null;
}

/** A session may outlive the release that started it: its hook is then another release's. */
const VERSION = 1;

export function guardFileText(file: GuardFile): string {
  return JSON.stringify({ v: VERSION, ...file }, null, 2);
}

/** The file's content; throws when it is not one, as by a guess a tool might be let through. */
export function guardFileIn(text: string): GuardFile {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value) || value['v'] !== VERSION)
    throw new Error('its rules are of another release');
  const { workdir, signalScript } = value;
  if (typeof workdir !== 'string' || !workdir.startsWith('/'))
    throw new Error('workdir is missing');
  if (signalScript !== null && typeof signalScript !== 'string') {
    throw new Error('signalScript is missing');
  }
  return {
    workdir,
    signalScript,
    allow: wordsIn(value, 'allow').filter(isRule),
    configDirs: wordsIn(value, 'configDirs'),
    own: wordsIn(value, 'own'),
  };
}

function wordsIn(value: Readonly<Record<string, unknown>>, key: string): readonly string[] {
  const words = value[key];
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new Error(`${key} is missing`);
  }
  return words;
}

function isRule(word: string): word is ToolGuardRule {
  return TOOL_GUARD_RULES.some((rule) => rule === word);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
