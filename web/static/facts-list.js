import { element } from './element.js';

/** Facts below one another: `[name, value, class]`; those that are null are left out. */
export function factsList(facts) {
  const rows = facts
    .filter(([, value]) => value !== null)
    .flatMap(([name, value, kind = '']) => [
      element('dt', {}, name),
      element('dd', { class: kind }, value),
    ]);
  return element('dl', {}, ...rows);
}
