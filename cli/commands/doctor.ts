import type { DaemonPlace } from '../../config/daemon-place.ts';
import { checkSharedState } from '../../config/guard.ts';
import { printable } from '../../config/printable.ts';
import type { Config } from '../../config/types.ts';
import { diagnose, type Examined } from '../../supervisor/doctor/diagnose.ts';
import type { Finding, Verdict } from '../../supervisor/doctor/finding.ts';
import type { DaemonSaid } from '../../supervisor/doctor/judge-daemon.ts';
import type { StatusReport } from '../../supervisor/status-report.ts';
import { askDaemon } from '../control-client.ts';
import { placeFor } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import { lookForConfig } from '../find-config.ts';
import { withSameConfig } from '../same-config.ts';
import type { Paint, Style } from '../terminal/colours.ts';
import { type CliWorld, type JsonOptions, paintOf } from '../world.ts';

/**
 * Looks at the machine and says what is in the way, each with what to do about it. Exit 78 when
 * config or guard refuse, 69 when tmux or the client is missing, else 0, warnings or not.
 */
export async function doctor(world: CliWorld, options: JsonOptions): Promise<number> {
  const findings = diagnose(await examine(world, options));
  const ok = findings.every(({ verdict }) => verdict !== 'fail');
  if (options.json) world.terminal.print(JSON.stringify({ v: 1, ok, findings }));
  else {
    const text = findingsText(findings, paintOf(world, options));
    world.terminal.print(withSameConfig(text, options.config));
  }
  return exitCodeFor(findings);
}

async function examine(world: CliWorld, options: JsonOptions): Promise<Examined> {
  const { bareMachineFacts, machineFacts } = await import('../../supervisor/compose-doctor.ts');
  const outcome = lookForConfig(world, options);
  if (!outcome.ok) {
    return { checked: outcome, facts: await bareMachineFacts(world), daemon: null };
  }
  const { config } = outcome;
  const [facts, daemon] = await Promise.all([
    machineFacts(config, world),
    daemonSaid(world, config),
  ]);
  return {
    checked: { file: config.file, errors: checkSharedState(config) },
    facts,
    daemon,
  };
}

async function daemonSaid(world: CliWorld, config: Config): Promise<DaemonSaid> {
  try {
    const place = await placeFor(world, config);
    const answer = await askDaemon(place, { method: 'GET', path: '/v1/status' });
    if (answer === null) return { ...UNHEARD, word: 'down' };
    const report = answer as StatusReport;
    return { word: report.daemon.state, pageProblem: await pageProblem(place), report };
  } catch {
    return { ...UNHEARD, word: 'silent' };
  }
}

const UNHEARD = { pageProblem: null, report: null } as const;

/** A daemon of an older version does not know the question: then there is nothing to tell. */
async function pageProblem(place: DaemonPlace): Promise<string | null> {
  const question = { method: 'GET', path: '/v1/page' } as const;
  const answer = await askDaemon(place, question).catch(() => null);
  return (answer as { readonly problem: string | null } | null)?.problem ?? null;
}

function findingsText(findings: readonly Finding[], paint: Paint): string {
  return findings
    .map(({ verdict, message, remedy }) => {
      const line = `${paint(STYLE[verdict], verdict.padEnd(4))}  ${printable(message)}`;
      return remedy === null ? line : `${line}\n        ${printable(remedy)}`;
    })
    .join('\n');
}

const STYLE: Readonly<Record<Verdict, Style>> = { ok: 'green', warn: 'yellow', fail: 'red' };

const OF_CONFIG = new Set<Finding['code']>(['doctor.config', 'doctor.guard']);

function exitCodeFor(findings: readonly Finding[]): number {
  const failed = findings.filter(({ verdict }) => verdict === 'fail');
  if (failed.some(({ code }) => OF_CONFIG.has(code))) return EXIT.CONFIG;
  return failed.length > 0 ? EXIT.UNAVAILABLE : EXIT.OK;
}
