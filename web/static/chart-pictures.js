import { repaint } from './page-state.js';

const pictures = new Map();

/**
 * The two drawings of a machine: `full` names every transition, `outline` only states and arrows.
 * null while they are on their way; the page is painted again when they come.
 */
export function picturesOf(machine) {
  if (!pictures.has(machine)) {
    pictures.set(machine, null);
    void load(machine);
  }
  return pictures.get(machine);
}

/** Fetches what is not known yet of these machines, one after another, while nobody waits for another. */
export function fetchAhead(machines) {
  if ([...pictures.values()].includes(null)) return;
  const next = machines.find((machine) => !pictures.has(machine));
  if (next) picturesOf(next);
}

async function load(machine) {
  const address = `/v1/charts/${encodeURIComponent(machine)}`;
  const [full, outline] = await Promise.all([draw(address), draw(`${address}?outline`)]);
  if (full === null || outline === null) {
    pictures.delete(machine);
    return;
  }
  pictures.set(machine, { full, outline });
  repaint();
}

async function draw(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return null;
  const parsed = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml');
  return document.importNode(parsed.documentElement, true);
}
