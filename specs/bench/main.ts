/*
 * `npm run bench`: how soon a killed agent is noticed and replaced, what it costs to wait for that, how
 * soon a task is accepted, given out and begun, and how soon a conversation that has met its account's
 * limit moves to another one, beside the usual ways, in one run. Nothing is asserted.
 */

import { writeFileSync } from 'node:fs';
import { createChance } from './chance.ts';
import { measureFailovers } from './failovers/measure-failovers.ts';
import { watchIdle } from './idleness.ts';
import { killPlot } from './kill-plot.ts';
import { runKills } from './kills.ts';
import { killMarkdown } from './kills-markdown.ts';
import { describeMachine, load } from './machine.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import { startOurPool } from './our-pool.ts';
import { startPm2Pool } from './pm2-pool.ts';
import { measured, type Report, type Result } from './report.ts';
import { reportText } from './report-text.ts';
import { summarise } from './summary.ts';
import { measureTasks } from './tasks/measure-tasks.ts';
import { tearDown } from './tear-down.ts';
import { startUsualPool } from './usual-pool.ts';

const EXIT = { ok: 0, failed: 1, usage: 64, interrupted: 130 } as const;

process.exit(await main(process.argv.slice(2)));

async function main(argv: readonly string[]): Promise<number> {
  const options = optionsOf(argv);
  if (options === null) return EXIT.usage;
  try {
    const report = await Promise.race([bench(options), interruption()]);
    if (report === null) return EXIT.interrupted;
    writeFiles(report, options);
    print(options.json ? JSON.stringify(report, null, 2) : reportText(report));
    return EXIT.ok;
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT.failed;
  } finally {
    await tearDown();
  }
}

function writeFiles(report: Report, { plot, markdown }: BenchOptions): void {
  const { kills, options } = report;
  if (plot !== null) writeFileSync(plot, killPlot(report));
  if (markdown !== null) writeFileSync(markdown, killMarkdown(kills, options.idleMs));
}

function optionsOf(argv: readonly string[]): BenchOptions | null {
  try {
    return parseOptions(argv);
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return null;
  }
}

/** Resolves when somebody has had enough. What runs is then ended as at the end of the run. */
function interruption(): Promise<null> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve(null));
    }
  });
}

async function bench({
  json: _,
  plot: __,
  markdown: ___,
  ...options
}: BenchOptions): Promise<Report> {
  const startedAt = new Date();
  const loadBefore = load();
  const { parts, tasks, failovers, seed } = options;
  const measuring = () => ({ chance: createChance(seed), say });
  const results = {
    kills: parts.includes('kills') ? await measureKills(options) : [],
    tasks: parts.includes('tasks') ? await measureTasks({ counts: tasks, ...measuring() }) : [],
    ...(parts.includes('failovers')
      ? await measureFailovers({ counts: failovers, ...measuring() })
      : { failovers: [], falseMoves: [] }),
  };
  return {
    startedAt: startedAt.toISOString(),
    durationS: Math.round((Date.now() - startedAt.getTime()) / 1000),
    machine: describeMachine(),
    load: [loadBefore, load()],
    options,
    ...results,
  };
}

async function measureKills(options: Report['options']): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const sessions of options.sessions) {
    results.push(await measure(sessions, options));
    await tearDown();
  }
  return results;
}

async function measure(sessions: number, options: Report['options']): Promise<Result> {
  const { trials, idleMs, seed } = options;
  say(`${sessions} sessions: starting three pools …`);
  const ours = await startOurPool(sessions);
  const usual = await startUsualPool(sessions);
  const pm2 = await startPm2Pool(sessions);
  say(`${sessions} sessions: ${trials} kills of each kind …`);
  const kills = await runKills({ ours, usual, pm2, chance: createChance(seed) }, trials);
  say(`${sessions} sessions: watching each idle for ${idleMs / 1000} s …`);
  // Ours last: up to a minute after the last kill V8 tidies ours up, and that is not idleness.
  const usualIdle = await watchIdle(usual, idleMs);
  const pm2Idle = await watchIdle(pm2, idleMs);
  const ourIdle = await watchIdle(ours, idleMs);
  return {
    sessions,
    ours: measured(kills.ours, ours, ourIdle),
    usual: measured(kills.usual, usual, usualIdle),
    pm2: measured(kills.pm2, pm2, pm2Idle),
    sweep: summarise(usual.sweepsMs().slice(1)),
  };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
