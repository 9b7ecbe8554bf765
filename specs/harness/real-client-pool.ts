import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiStub, startApiStub } from './api-stub/api-stub.ts';
import { signInFake } from './client-home.ts';
import { agentsBelow } from './pool-agents.ts';
import { realClientConfig } from './real-client.ts';
import { runCli } from './run-cli.ts';
import { atEnd } from './scope.ts';
import { makeTestPool, type PoolOptions, type TestPool } from './test-pool.ts';
import { until } from './until.ts';

export interface RealClientPool extends TestPool {
  readonly stub: ApiStub;
  /** By account name: the bearer token by which the stub knows it. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The rows of a conversation's transcript. */
  transcript(conversation: string): readonly TranscriptRow[];
}

export interface TranscriptRow {
  readonly type: string;
  readonly uuid?: string;
  readonly parentUuid?: string | null;
  readonly isApiErrorMessage?: boolean;
  readonly isMeta?: boolean;
  readonly message?: { readonly content?: unknown; readonly model?: string };
}

export interface RealClientOptions extends Pick<PoolOptions, 'config' | 'accounts'> {
  /** Added to the environment of the clients. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A pool of the real client on accounts with fake logins, prepared by `account prepare`; the API stub is its server. */
export async function makeRealClientPool(
  max: number,
  { env: more, ...options }: RealClientOptions = {},
): Promise<RealClientPool> {
  const stub = await startApiStub();
  atEnd(() => stub.close());
  const { command, env } = realClientConfig(stub.url);
  const made: TestPool[] = [];
  // After the end of their tmux server: a client that has just come up takes its time.
  atEnd(() => Promise.all(made.map(({ dir }) => clientsGone(dir))));
  const pool = makeTestPool({
    max,
    ...options,
    config: {
      failover: { strategy: 'spread' },
      ...options.config,
      agent: {
        command,
        env: { ...env, IS_SANDBOX: '1', ...more },
        permission_mode: 'default',
        ...options.config?.['agent'],
      },
    },
  });
  made.push(pool);
  const tokens = Object.fromEntries(
    pool.config.accounts.map(({ name, home }) => [name, signInFake(home, name)]),
  );
  await prepareAccounts(pool);
  const projects = join(pool.config.sharedState.root, 'projects');
  return {
    ...pool,
    stub,
    tokens,
    transcript: (conversation) =>
      readdirSync(projects, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith(`${conversation}.jsonl`))
        .flatMap((file) => linesOf(readFileSync(join(projects, file), 'utf8')))
        .map((line) => JSON.parse(line) as TranscriptRow),
  };
}

/** What follows the last line break is still being written. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}

/** Waits for the end of those below `dir`. What stays all the same is what a spec has left behind. */
export async function clientsGone(dir: string): Promise<void> {
  const isEmpty = () => agentsBelow(dir).length === 0;
  await until(isEmpty, { withinMs: 15_000, what: 'the clients to be gone' }).catch(() => {});
}

/** As an operator does after the logins: with the command itself, so that it is what the pools rely on. */
async function prepareAccounts({ file, env }: TestPool): Promise<void> {
  const { code, stderr } = await runCli(['account', 'prepare', '--config', file], { env });
  if (code !== 0) throw new Error(`account prepare ended with ${code}: ${stderr}`);
}

/** The texts that a person (or we) sent in a conversation, in order. */
export function promptsIn(rows: readonly TranscriptRow[]): readonly string[] {
  return rows.flatMap(({ type, message }) =>
    type === 'user' && typeof message?.content === 'string' ? [message.content] : [],
  );
}
