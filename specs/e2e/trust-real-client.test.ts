import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { prepareAccount } from '../../actors/account/prepare.ts';
import { trustsDirectory } from '../../actors/account/trusted.ts';
import { identify } from '../../actors/process/identity.ts';
import { openAgentLab } from '../harness/agent-lab.ts';
import { startApiStub } from '../harness/api-stub/api-stub.ts';
import { signInAndAnswer } from '../harness/client-home.ts';
import { realClientConfig } from '../harness/real-client.ts';
import { atEnd } from '../harness/scope.ts';
import { TRUST_CASES } from '../harness/trust-cases.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

test.each(TRUST_CASES)(
  'the real client, in $what, starts without asking: $isTrusted',
  async ({ make, isTrusted }) => {
    const { trusted, workdir } = make();
    const stub = await startApiStub();
    atEnd(() => stub.close());
    const lab = await openAgentLab({
      prepare: async ([account]) => {
        signInAndAnswer(account?.home ?? '', { name: 'one', trusted });
        return realClientConfig(stub.url);
      },
    });

    const ready: number[] = [];
    lab.port.onStatus(({ agent }) => ready.push(agent.pid));
    const pane = lab.open(await lab.port.prepare(lab.launch({ workdir })));
    const outcome = await until(
      () => {
        if (ready.includes(pane.pid)) return 'at its prompt';
        return pane.output().includes('safety') ? 'asking' : null;
      },
      { withinMs: 60_000, what: 'the client to ask or to be at its prompt' },
    );

    expect(outcome).toBe(isTrusted ? 'at its prompt' : 'asking');
    expect(trustsDirectory(lab.account, workdir)).toBe(isTrusted);
  },
);

test('a directory that is trusted while the real client runs stays so through its turns and its end', async () => {
  const stub = await startApiStub();
  atEnd(() => stub.close());
  // A turn of less than about 100 ms never shows as busy in the client's status file,
  // and who looks may be held up.
  const slow = (token: string) => stub.set(token, { options: { latencyMs: 1000 } });
  const lab = await openAgentLab({
    prepare: async (accounts, workdir) => {
      for (const { name, home } of accounts) {
        slow(signInAndAnswer(home, { name, trusted: [workdir] }));
      }
      return realClientConfig(stub.url);
    },
  });
  const another = join(lab.dir, 'another');
  mkdirSync(another);
  const request = { account: lab.account, permissionMode: 'default', trust: [lab.workdir] };
  await prepareAccount(request, { identify });

  const { conversation, pane } = await lab.start({});
  const { changes } = await prepareAccount({ ...request, trust: [another] }, { identify });
  expect(changes).toHaveLength(1);
  await lab.say(pane, 'say something short');
  await lab.sees(conversation, ({ status }) => status === 'busy');
  await lab.sees(conversation, ({ status }) => status === 'idle', 'busy');
  await lab.say(pane, '/exit');
  await pane.ended;
  expect(trustsDirectory(lab.account, another)).toBe(true);
});
