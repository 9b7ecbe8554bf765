import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../../actors/process/identity.ts';
import { compiledFixture } from './compiled.ts';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';

/** The kinds of children, each of which outlives an agent that is killed. */
export const KINDS = ['group', 'own-group', 'own-session'] as const;

export interface FamilyAgent {
  /** The argv for `agent.command`. */
  readonly command: readonly string[];
  /** The living children of the agent with this pid, by kind. */
  childrenOf(pid: number | null): readonly string[];
  /** The pids of all agents that were started, in no order. */
  agents(): readonly number[];
  /** What agents saw at their start: `PID FILE` for each other agent, and child of one, that lived. */
  overlaps(): string;
}

interface Places {
  readonly children: string;
  readonly seen: string;
  readonly isDeaf: boolean;
}

/**
 * The demo agent, which starts a child of each kind before anything else: in its own process group; in a group
 * of its own; in a session of its own, nobody's child and deaf to SIGHUP and SIGTERM. First it writes down
 * which others, and children of others, live, as nobody but the agents themselves can tell. One that is deaf ends by
 * neither SIGHUP nor SIGTERM nor the loss of its terminal.
 */
export function makeFamilyAgent({ isDeaf = false } = {}): FamilyAgent {
  const dir = tempDir();
  const children = join(dir, 'children');
  const seen = join(dir, 'seen');
  mkdirSync(children);
  writeFileSync(seen, '');
  const script = join(dir, 'agent.sh');
  writeFileSync(script, scriptOf({ children, seen, isDeaf }));
  atEnd(() => {
    for (const name of readdirSync(children)) killQuietly(pidIn(join(children, name)));
  });
  return {
    command: ['/bin/sh', script],
    childrenOf: (pid) => KINDS.filter((kind) => identify(pidIn(join(children, `${pid}.${kind}`)))),
    agents: () =>
      readdirSync(children)
        .filter((name) => name.endsWith('.agent'))
        .map((name) => Number.parseInt(name, 10)),
    overlaps: () => readFileSync(seen, 'utf8'),
  };
}

/** Beside the signal, which it is deaf to before it can hear it: the demo agent ends by itself, after it has tidied up: it is kept from that. */
const DEAFENED = `--import 'data:text/javascript,process.exit=()=>{};process.on("uncaughtException",()=>{});setInterval(()=>{},9999)'`;

function scriptOf({ children, seen, isDeaf }: Places): string {
  const deaf = `trap "" HUP TERM; echo $$ > "$0.own-session"; while :; do sleep 0.1; done`;
  return `
${isDeaf ? "trap '' HUP" : ''}
for file in '${children}'/*; do
  [ -s "$file" ] || continue
  state=$(cut -d ' ' -f 3 "/proc/$(cat "$file")/stat" 2> /dev/null)
  case $state in '' | Z | X) ;; *) echo "$$ $file" >> '${seen}' ;; esac
done
own='${children}'/$$
export own
echo $$ > "$own.agent"
nohup sleep 100001 > /dev/null 2>&1 & echo $! > "$own.group"
bash -c 'set -m; nohup sleep 100002 > /dev/null 2>&1 & echo $! > "$own.own-group"'
(setsid sh -c '${deaf}' "$own" < /dev/null > /dev/null 2>&1 &)
exec '${process.execPath}' ${isDeaf ? DEAFENED : ''} '${compiledFixture('demo-agent/main')}' "$@"
`;
}

function pidIn(file: string): number {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

function killQuietly(pid: number): void {
  if (pid <= 1) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended as it should have.
  }
}
