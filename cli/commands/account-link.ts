import { printable } from '../../config/printable.ts';
import type { LinkOutcome, LinkStep } from '../../supervisor/compose-accounts.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

export interface LinkOptions extends CommonOptions {
  readonly apply?: boolean;
  readonly json?: boolean;
}

/** One step as `--json` prints it: absent is null. */
export interface LinkStepJson {
  readonly kind: LinkStep['kind'];
  readonly path: string;
  readonly account: string | null;
  readonly link: string | null;
  readonly target: string | null;
  /** null while nothing was done (without `--apply`). */
  readonly outcome: LinkOutcome['outcome'] | null;
  readonly why: string | null;
}

/**
 * Shows what is missing before the guard lets everybody in; with `--apply` creates that and nothing
 * else. Exit 78 when something is left that only a person can mend.
 */
export async function accountLink(world: CliWorld, options: LinkOptions): Promise<number> {
  const config = requireConfig(world, options);
  const { applyLinks, describeStep, planLinks } = await import(
    '../../supervisor/compose-accounts.ts'
  );
  const plan = planLinks(config);
  const done = options.apply ? applyLinks(plan) : plan.map(undone);
  if (options.json) {
    const steps = done.map(stepJson);
    world.terminal.print(JSON.stringify({ v: 1, applied: options.apply === true, steps }));
  } else {
    for (const one of done) world.terminal.print(line(one, describeStep));
    world.terminal.say(whatNext(done));
  }
  return done.some(isLeft) ? EXIT.CONFIG : EXIT.OK;
}

/** A step and, after `--apply`, what became of it. */
type Done = Omit<LinkOutcome, 'outcome'> & { readonly outcome: LinkOutcome['outcome'] | null };

function undone(step: LinkStep): Done {
  return { step, outcome: null, why: step.kind === 'refused' ? step.why.message : null };
}

function stepJson({ step, outcome, why }: Done): LinkStepJson {
  const { kind, path, account, link } = step;
  const target = step.kind === 'create_link' ? step.target : null;
  return { kind, path, account, link, target, outcome, why };
}

function line({ step, outcome, why }: Done, describe: (step: LinkStep) => string): string {
  const isNews = outcome === 'created' || outcome === 'raced' || outcome === 'failed';
  const became = isNews ? `: ${outcome}${why === null ? '' : `, ${printable(why)}`}` : '';
  return `${describe(step)}${became}`;
}

function isLeft({ step, outcome }: Done): boolean {
  return step.kind === 'refused' || outcome === 'raced' || outcome === 'failed';
}

function isToDo({ step, outcome }: Done): boolean {
  return outcome === null && (step.kind === 'create_directory' || step.kind === 'create_link');
}

function whatNext(done: readonly Done[]): string {
  const sentences = [
    done.some(isToDo) ? 'To create what is missing: claude-failover account link --apply' : '',
    done.some(isLeft)
      ? 'What is refused is yours to mend: nothing that is in place is ever moved or overwritten.'
      : '',
  ].filter((sentence) => sentence !== '');
  return sentences.length === 0 ? 'Every link is in order.' : sentences.join('\n');
}
