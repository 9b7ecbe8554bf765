import { setTimeout as sleep } from 'node:timers/promises';
import { FailoverError } from '../../config/errors.ts';
import type { StatusReport } from '../../supervisor/status-report.ts';
import { homesOf } from '../account-homes.ts';
import type { Reach } from '../daemon-reach.ts';
import type { PageStyle } from '../format/page-style.ts';
import { statusText } from '../format/status-text.ts';
import { poolStatus } from '../pool-status.ts';
import type { CliWorld } from '../world.ts';
import { enterFullScreen } from './full-screen.ts';

export interface Watch {
  readonly reach: Reach;
  readonly asJson: boolean;
  /** Asked for at each look: a terminal changes its width. */
  readonly style: () => PageStyle;
}

const EVERY_MS = 1000;

/** What one look found: a report, or why there is none. */
type Look =
  | { readonly kind: 'report'; readonly report: StatusReport }
  | { readonly kind: 'silent'; readonly why: string };

/**
 * Shows the status again and again until a person has enough or stdout is closed: on a terminal the
 * whole screen each second, elsewhere (a file, a pipe, `--json`) once per change.
 */
export async function watchStatus(world: CliWorld, watch: Watch): Promise<void> {
  const quit = new AbortController();
  const onSignal = () => quit.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const { stdout } = world.terminal;
    const isFullScreen = stdout.isTTY && !watch.asJson;
    await (isFullScreen ? redraw(world, watch, quit) : printChanges(world, watch, quit.signal));
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function redraw(world: CliWorld, watch: Watch, quit: AbortController): Promise<void> {
  const screen = enterFullScreen(world.terminal, () => quit.abort());
  try {
    for await (const look of looks(world, watch, quit.signal)) screen.draw(page(look, watch));
  } finally {
    screen.leave();
  }
}

async function printChanges(world: CliWorld, watch: Watch, quit: AbortSignal): Promise<void> {
  let shown = '';
  for await (const look of looks(world, watch, quit)) {
    const news = JSON.stringify(look);
    if (news !== shown) tell(world, look, watch);
    shown = news;
  }
}

function tell({ terminal }: CliWorld, look: Look, watch: Watch): void {
  if (look.kind === 'silent') terminal.say(look.why);
  else if (watch.asJson) terminal.print(JSON.stringify(look.report));
  else terminal.print(`${textOf(look.report, watch, watch.style())}\n`);
}

async function* looks(world: CliWorld, { reach }: Watch, quit: AbortSignal): AsyncGenerator<Look> {
  const over = AbortSignal.any([quit, world.terminal.closed]);
  while (!over.aborted) {
    yield await lookOnce(world, reach);
    await sleep(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
  }
}

/** A daemon that hangs, or is being restarted, is shown and asked again. */
async function lookOnce(world: CliWorld, reach: Reach): Promise<Look> {
  try {
    return { kind: 'report', report: await poolStatus(world, reach) };
  } catch (error) {
    if (!(error instanceof FailoverError)) throw error;
    return { kind: 'silent', why: error.message };
  }
}

function textOf(report: StatusReport, { reach }: Watch, style: PageStyle): string {
  return statusText(report, style, homesOf(reach.config));
}

function page(look: Look, watch: Watch): string {
  const style = watch.style();
  const { paint } = style;
  const text = look.kind === 'silent' ? paint('red', look.why) : textOf(look.report, watch, style);
  return `${text}\n\n${paint('dim', 'q to quit')}`;
}
