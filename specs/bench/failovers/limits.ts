import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { healDemoAccount } from '../../harness/demo-home.ts';
import type { RealClientPool } from '../../harness/real-client-pool.ts';
import type { TestPool } from '../../harness/test-pool.ts';

/** How turns meet the limit of an account. */
export interface Limits {
  /** From now on a turn with this text does, in the middle of it. */
  impose(account: string): void;
  /** From now on none does any more. */
  lift(account: string): void;
  readonly text: string;
}

/** The text itself makes the demo agent meet it. */
export function demoLimits({ config }: TestPool): Limits {
  return {
    text: 'Walk on [[demo:work 200ms]] until [[demo:limit 1h]].',
    impose: () => {},
    lift: (account) => {
      const home = config.accounts.find(({ name }) => name === account)?.home;
      if (home !== undefined) healDemoAccount(home);
    },
  };
}

/** The real client is let read a file first; the answer to what it then says is the limit. */
export function stubLimits({ config, stub, tokens }: RealClientPool): Limits {
  const file = join(config.pool.autonomous.workdir, 'heron.txt');
  writeFileSync(file, 'the heron stands still\n');
  const set = (account: string, change: Parameters<typeof stub.set>[1]) =>
    stub.set(tokens[account] ?? '', change);
  return {
    text: 'Read the file and tell.',
    impose: (account) =>
      set(account, { mode: 'limit_5h', queue: ['tool_read'], options: { file } }),
    lift: (account) => set(account, { mode: 'text', queue: [] }),
  };
}
