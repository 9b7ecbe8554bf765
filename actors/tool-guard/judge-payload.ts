import { homedir } from 'node:os';
import path from 'node:path';
import { judgeTool } from '../../machines/policy/tool-guard/judge-tool.ts';
import type { GuardPlaces } from '../../machines/policy/tool-guard/places.ts';
import type { Refusal } from '../../machines/policy/tool-guard/refusal.ts';
import { type GuardFile, isRecord } from './guard-file.ts';
import { branchOf, realPath } from './looked-up.ts';

/** What the client gives a hook before it uses a tool, as far as we look at it. */
export interface HookPayload {
  readonly session_id: string;
  readonly cwd: string;
  readonly tool_name: string;
  readonly tool_input: Readonly<Record<string, unknown>>;
}

/** The payload; throws when it is not one, as then nobody knows what would be let through. */
export function payloadIn(text: string): HookPayload {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new Error('what the client gave is no payload');
  const { session_id, cwd, tool_name, tool_input } = value;
  if (typeof tool_name !== 'string' || !isRecord(tool_input)) throw new Error('no tool is named');
  if (typeof session_id !== 'string' || typeof cwd !== 'string' || !path.isAbsolute(cwd)) {
    throw new Error('no place is named');
  }
  return { session_id, cwd, tool_name, tool_input };
}

/** Whether the tool may be used; null when it may. Throws when that cannot be judged. */
export function judgePayload(
  { tool_name, tool_input, cwd }: HookPayload,
  file: GuardFile,
  env: NodeJS.ProcessEnv,
): Refusal | null {
  const places = placesOf({ file, cwd, env });
  return judgeTool({ tool: tool_name, input: tool_input }, places, file.allow);
}

interface Surroundings {
  readonly file: GuardFile;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function placesOf({ file, cwd, env }: Surroundings): GuardPlaces {
  const home = env['HOME'] ?? homedir();
  const { CLAUDE_CONFIG_DIR: configDir = path.join(home, '.claude') } = env;
  return {
    workdir: realPath(file.workdir),
    cwd,
    home,
    homes: everyName([home]),
    configDirs: everyName([...file.configDirs, configDir]),
    own: everyName(file.own),
    temporary: everyName([
      ...['/tmp', '/var/tmp', env['TMPDIR'] ?? '/tmp'],
      env['XDG_CACHE_HOME'] ?? path.join(home, '.cache'),
    ]),
    env,
    realPath,
    branchOf,
  };
}

function everyName(paths: readonly string[]): readonly string[] {
  const absolute = paths.filter((one) => path.isAbsolute(one)).map((one) => path.normalize(one));
  return [...new Set([...absolute, ...absolute.map((one) => realPath(one))])];
}
