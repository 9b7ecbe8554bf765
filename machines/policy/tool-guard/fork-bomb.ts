import type { Function as ShellFunction, SyntaxNode } from 'unbash';
import { forEachChild } from 'unbash';

/** Whether a function starts itself more than once, or in the background: `f() { f | f & }`. */
export function isForkBomb({ name, body }: ShellFunction): boolean {
  const calls = (node: SyntaxNode): boolean =>
    node.type === 'Command' && node.name?.value === name.value;
  return holds(
    body,
    (node) =>
      (node.type === 'Pipeline' && node.commands.filter(calls).length > 1) ||
      (node.type === 'Statement' && node.background === true && holds(node.command, calls)),
  );
}

function holds(node: SyntaxNode, satisfies: (node: SyntaxNode) => boolean): boolean {
  if (satisfies(node)) return true;
  let found = false;
  forEachChild(node, (child) => {
    found ||= holds(child, satisfies);
  });
  return found;
}
