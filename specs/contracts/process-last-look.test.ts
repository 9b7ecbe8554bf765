import { expect, test } from '@jest/globals';
import { createLastLook } from '../../actors/process/last-look.ts';
import { startMarkedAgent } from '../harness/marked-agent.ts';
import { until } from '../harness/until.ts';

/** Does not show its name while it lives, but gives it to what it starts once it is told to. */
const VEILED = [
  'export NAME="$CLAUDE_FAILOVER_AGENT"',
  'exec env -u CLAUDE_FAILOVER_AGENT sh veiled.sh',
];
const WHAT_IT_RUNS = [
  'echo $$ > itself.pid',
  'until [ -e go ]; do sleep 0.01; done',
  '(CLAUDE_FAILOVER_AGENT="$NAME" setsid sh -c "echo \\$\\$ > left.pid; exec sleep 1000" &)',
  'exec sleep 1000',
];

/** Start times are told in hundredths of a second: what is older must be so by more. */
const OLDER_MS = 30;

const LEAVES_ONE = '(setsid sh -c "echo \\$\\$ > left.pid; exec sleep 1000" &)';

async function anAgent(...lines: readonly string[]) {
  const agent = startMarkedAgent(...lines, 'echo $$ > itself.pid');
  // Its start lies before this.
  const since = performance.now();
  await agent.started('itself');
  await until(() => performance.now() - since > OLDER_MS, { withinMs: 5000, what: 'some time' });
  return agent;
}

test('one look tells of all that had died by then what they have left', async () => {
  const [older, first, leaving, leaver, living] = [
    await anAgent(),
    await anAgent(),
    await anAgent(),
    await anAgent(LEAVES_ONE),
    await anAgent(),
  ];
  await leaver.started('left');
  for (const agent of [older, first, leaving, leaver]) await agent.dies();
  const look = createLastLook();
  expect(look.hasNone(first.identity)).toBe(false);

  expect(look.startedBy(first.identity)).toEqual([]);
  expect(look.hasNone(first.identity)).toBe(true);
  expect(look.hasNone(leaving.identity)).toBe(true);
  expect(look.hasNone(leaver.identity)).toBe(false);
  // It may have started something since, and what came before the look's own agent was not looked at.
  expect(look.hasNone(living.identity)).toBe(false);
  expect(look.hasNone(older.identity)).toBe(false);

  const later = await anAgent(LEAVES_ONE);
  await later.started('left');
  await living.dies();
  await later.dies();
  expect(look.hasNone(living.identity)).toBe(false);
  expect(look.hasNone(later.identity)).toBe(false);
});

test('an agent that lived at the look may have started something since, whatever was seen of it', async () => {
  const agent = await anAgent(
    `cat > veiled.sh <<'EOF'\n${WHAT_IT_RUNS.join('\n')}\nEOF`,
    ...VEILED,
  );
  const look = createLastLook();
  look.startedBy({ ...agent.identity, pid: 1 });
  agent.tell('go');
  const left = await agent.started('left');
  await agent.dies();
  expect(look.hasNone(agent.identity)).toBe(false);
  expect(look.startedBy(agent.identity)).toEqual([left]);
});
