import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAgentPort } from '../../actors/agent/agent-port.ts';
import type { Account, AgentConfig } from '../../config/types.ts';
import type { AgentLaunch, AgentPort, AgentStatus } from '../../machines/ports.ts';
import { makeAccountHomes } from './account-home.ts';
import { type AgentPane, openAgentPane } from './agent-pane.ts';
import { atEnd } from './scope.ts';
import { until } from './until.ts';

/** An implementation of the agent: how to make its accounts ready, and what to say to it. */
export interface AgentKind {
  prepare(accounts: readonly Account[], workdir: string): Promise<AgentConfig>;
  readonly prompts: {
    readonly short: string;
    /** Keeps it busy for a few seconds. */
    readonly long: string;
    /** Keeps it busy for longer than a spec waits. */
    readonly slow: string;
    /** The same, but before a word is said. */
    readonly silent: string;
    /** Uses `Bash` to make the file `touched`: opens a permission dialog, unless the settings allow it. */
    readonly ask: string;
    /** Begins a command of a few seconds in the background, by the same tool. */
    readonly background: string;
    /** Answers with what the user said so far. */
    readonly recall: string;
    /** Ends in the account's usage limit. */
    readonly limit: string;
  };
  /** Prompts of turns that end in an error of the API. */
  readonly failures: Readonly<Record<FailureName, string>>;
  /** A file in the working directory. */
  readonly touched: string;
  /** On the screen once `slow` has begun to say something. */
  readonly speaking: RegExp;
}

export type FailureName =
  | 'overloaded'
  | 'network'
  | 'throttled'
  | 'signed out'
  | 'out of credit'
  | 'organisation';

const READY_MS = 30_000;

/** A transcript row, as far as the specs look at it. */
export interface Row {
  readonly type: string;
  readonly subtype?: string;
  readonly message?: { readonly content?: unknown; readonly model?: unknown };
  readonly promptId?: string;
  readonly promptSource?: string;
  readonly isMeta?: boolean;
  readonly isApiErrorMessage?: boolean;
  readonly error?: string;
  readonly apiErrorStatus?: number;
  readonly operation?: string;
}

export interface Started {
  readonly conversation: string;
  readonly pane: AgentPane;
  /** The first idle or busy it said. */
  readonly status: AgentStatus;
}

/** `hook_event_name` is absent from what the status line is given. */
export type HookPayload = Readonly<Record<string, unknown>> & { readonly hook_event_name?: string };

/** What an operator may have in the settings of an account. */
export interface OperatorSettings {
  readonly hooks?: Readonly<Record<string, readonly OperatorHooks[]>>;
  readonly permissions?: { readonly allow: readonly string[] };
}

export interface OperatorHooks {
  readonly matcher?: string;
  readonly hooks: readonly { readonly type: 'command'; readonly command: string }[];
}

export interface AgentLab {
  readonly dir: string;
  readonly workdir: string;
  readonly account: Account;
  /** The operator's other account, to which conversations may go. */
  readonly other: Account;
  readonly config: AgentConfig;
  readonly port: AgentPort;
  launch(overrides: Partial<AgentLaunch>): AgentLaunch;
  open(command: readonly string[]): AgentPane;
  start(overrides: Partial<AgentLaunch>): Promise<Started>;
  say(pane: AgentPane, text: string): Promise<void>;
  /** The next status that satisfies, after the last one that said `since`: none before that was said. */
  sees(
    conversation: string,
    satisfies: (status: AgentStatus) => boolean,
    since?: string,
  ): Promise<AgentStatus>;
  /** The status words and what was waited for, each change once, since the agent was there. */
  words(conversation: string): readonly string[];
  /**
   * What hooks were given since they were put into the account's settings; `more` are settings of the
   * operator's own, whose hooks run beside these.
   */
  listenIn(more?: OperatorSettings): () => readonly HookPayload[];
  /** What the status line of the session was last given; throws when it was given nothing yet. */
  statusLine(): HookPayload;
  statusFile(pid: number): string;
  projectFolder(): string;
  rows(conversation: string): readonly Row[];
  userTexts(conversation: string): readonly string[];
  assistantTexts(conversation: string): readonly string[];
}

/** Two accounts, a working directory and a port, all of the running test. */
export async function openAgentLab(kind: Pick<AgentKind, 'prepare'>): Promise<AgentLab> {
  const homes = makeAccountHomes(['one', 'two']);
  const [account, other] = homes.accounts;
  if (!account || !other) throw new Error('no accounts');
  const workdir = join(homes.dir, 'work');
  mkdirSync(workdir);
  const agent = await kind.prepare(homes.accounts, workdir);
  // What a daemon under pm2, started from inside a client, may carry.
  const env = { ...process.env, LC_ALL: 'C.UTF-8', ...FOREIGN };
  const stateDir = join(homes.dir, 'state');
  const port = createAgentPort({ config: { ...homes.config, agent }, stateDir, env });
  const seen: AgentStatus[] = [];
  port.onStatus((status) => seen.push(status));
  atEnd(() => port.close());

  const launch = (overrides: Partial<AgentLaunch>): AgentLaunch => ({
    session: 'pool-1',
    account,
    workdir,
    conversation: randomUUID(),
    mode: 'new',
    prompt: null,
    ...overrides,
  });
  const open = (command: readonly string[]) => openAgentPane(command, env);
  const projectFolder = () => {
    const folder = join(homes.root, 'projects', workdir.replace(/[^a-zA-Z0-9]/g, '-'));
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const rows = (conversation: string): readonly Row[] =>
    linesOf<Row>(join(projectFolder(), `${conversation}.jsonl`));
  const statuses = (pid: number) => seen.filter(({ agent: one }) => one.pid === pid);

  return {
    dir: homes.dir,
    workdir,
    account,
    other,
    config: agent,
    port,
    launch,
    open,
    start: async (overrides) => {
      const request = launch(overrides);
      const pane = open(await port.prepare(request));
      const status = await until(() => statuses(pane.pid)[0], {
        withinMs: READY_MS,
        what: `the agent at its prompt`,
      }).catch((error) => {
        throw new Error(`${error.message}; its terminal: ${pane.output()}`);
      });
      return { conversation: request.conversation, pane, status };
    },
    say: async (pane, text) => {
      const before = pane.output().length;
      pane.type(text);
      // The client takes keys that come in one piece as a paste: Enter comes by itself.
      const lastWord = text.split(' ').at(-1) ?? '';
      await until(() => pane.output().slice(before).includes(lastWord), {
        withinMs: READY_MS,
        what: 'the typed text on the screen',
      });
      pane.type('\r');
    },
    sees: (conversation, satisfies, since) =>
      until(
        () => {
          const told = seen.filter((status) => status.conversation === conversation);
          const from = told.findLastIndex(({ status }) => status === since);
          if (since !== undefined && from === -1) return undefined;
          return told.slice(from + 1).find(satisfies);
        },
        { withinMs: READY_MS, what: `the awaited status in ${homes.dir}` },
      ),
    words: (conversation) =>
      seen
        .filter((status) => status.conversation === conversation)
        .map(({ status, waitingFor }) => (waitingFor === null ? status : waitingFor)),
    listenIn: (more) => listenIn(account.home, join(homes.dir, 'heard.jsonl'), more),
    statusLine: () =>
      JSON.parse(readFileSync(join(stateDir, 'sessions', 'pool-1', 'statusline.json'), 'utf8')),
    statusFile: (pid) => join(account.home, 'sessions', `${pid}.json`),
    projectFolder,
    rows,
    userTexts: (conversation) => textsOf(rows(conversation), 'user'),
    assistantTexts: (conversation) => textsOf(rows(conversation), 'assistant'),
  };
}

const FOREIGN = {
  CLAUDECODE: 'must-not-leak',
  CLAUDE_CODE_ENTRYPOINT: 'must-not-leak',
  ANTHROPIC_API_KEY: 'must-not-leak',
  NODE_OPTIONS: '--title=must-not-leak',
  PM2_HOME: 'must-not-leak',
  pm_id: 'must-not-leak',
} as const;

const EVENTS = [
  ...['SessionStart', 'UserPromptSubmit', 'PermissionRequest'],
  ...['PreToolUse', 'PostToolUse', 'PostToolBatch'],
  ...['Stop', 'StopFailure', 'SessionEnd'],
];

/** The account's own hooks, which the agent must run beside those of a launch. */
function listenIn(
  home: string,
  file: string,
  { hooks = {}, permissions }: OperatorSettings = {},
): () => readonly HookPayload[] {
  // One write, as hooks may run side by side.
  const listening = {
    hooks: [{ type: 'command', command: `printf '%s\\n' "$(cat)" >> '${file}'` }],
  };
  const all = EVENTS.map((event) => [event, [listening, ...(hooks[event] ?? [])]]);
  const settings = { hooks: Object.fromEntries(all), permissions };
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings));
  return () => linesOf<HookPayload>(file);
}

/** No file is no lines: a conversation may not have begun. */
function linesOf<Line>(file: string): readonly Line[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap(parsed<Line>);
}

function parsed<Line>(line: string): readonly Line[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

function textsOf(rows: readonly Row[], type: string): readonly string[] {
  return rows.filter((row) => row.type === type).flatMap(({ message }) => contentTexts(message));
}

function contentTexts(message: Row['message']): readonly string[] {
  const content = message?.content;
  if (typeof content === 'string') return [content];
  return Array.isArray(content) ? content.flatMap(({ text }) => text ?? []) : [];
}
