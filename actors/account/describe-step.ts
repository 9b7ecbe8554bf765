import { printable } from '../../config/printable.ts';
import type { LinkStep } from './plan-links.ts';

/** One line of a plan for people, such as `create link       /home/a/projects -> /shared/projects`. */
export function describeStep(step: LinkStep): string {
  const words = KIND_WORDS[step.kind].padEnd(WIDEST);
  return `${words}  ${printable(step.path)}${printable(detailOf(step))}`;
}

const KIND_WORDS: Readonly<Record<LinkStep['kind'], string>> = {
  create_directory: 'create directory',
  create_link: 'create link',
  fine: 'already fine',
  refused: 'refused',
};

const WIDEST = Math.max(...Object.values(KIND_WORDS).map((words) => words.length));

function detailOf(step: LinkStep): string {
  if (step.kind === 'create_link') return ` -> ${step.target}`;
  return step.kind === 'refused' ? `  (${step.why.message})` : '';
}
