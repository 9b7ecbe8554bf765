import { lookAt } from './chart-view.js';
import { state } from './page-state.js';

let lit = { svg: null, key: '' };
let flashedSeq = 0;

/** Lights the active states of a picture, marks the way that was taken there, and looks at both. */
export function light(svg, { place, taken }) {
  const key = JSON.stringify([state.selected, place.nodes, taken?.seq]);
  if (lit.svg === svg && lit.key === key) return;
  lit = { svg, key };
  const before = stateBefore(taken, place);
  for (const drawn of svg.querySelectorAll('[data-state]')) {
    drawn.classList.toggle('active', place.nodes.includes(drawn.dataset.state));
    drawn.classList.toggle('came-from', drawn.dataset.state === before);
  }
  markTaken(svg, taken);
  lookAt(whatMatters(svg, place));
}

/** The innermost state that was active before the move; null when it is active still. */
function stateBefore(taken, place) {
  if (!taken) return null;
  const isEarlier = ({ actor, seq, nodes }) =>
    actor === taken.actor && seq < taken.seq && nodes.length > 0;
  const before = state.log.find(isEarlier)?.nodes.at(-1) ?? taken.transitions[0]?.source ?? null;
  return place.nodes.includes(before) ? null : before;
}

/** The innermost active state first, then where it came from and the arrow between. */
function whatMatters(svg, { nodes }) {
  const states = [...svg.querySelectorAll('[data-state]')];
  const active = states.filter(({ dataset }) => dataset.state === nodes.at(-1));
  return [...active, ...svg.querySelectorAll('.came-from, .arrow.taken')];
}

function markTaken(svg, entry) {
  for (const drawn of svg.querySelectorAll('.taken')) drawn.classList.remove('taken', 'fresh');
  const isFresh = (entry?.seq ?? 0) > flashedSeq;
  flashedSeq = Math.max(flashedSeq, entry?.seq ?? 0);
  for (const transition of entry?.transitions ?? []) {
    for (const drawn of drawingsOf(svg, transition)) {
      drawn.classList.add('taken');
      drawn.classList.toggle('fresh', isFresh);
    }
  }
}

/** The row in its state's box, and the arrow between siblings that stands for it. */
function drawingsOf(svg, { source, event, targets }) {
  const moves = targets.map((target) => `${source}>${target}`);
  const rows = [...svg.querySelectorAll('[data-event]')].filter(
    (row) =>
      row.parentElement.dataset.state === source &&
      row.dataset.event === event &&
      row.dataset.targets === targets.join(' '),
  );
  const arrows = [...svg.querySelectorAll('[data-moves]')].filter((arrow) =>
    arrow.dataset.moves.split(' ').some((move) => moves.includes(move)),
  );
  return [...rows, ...arrows];
}
