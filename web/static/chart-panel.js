import { titleOf } from './actor-kind.js';
import { light } from './chart-light.js';
import { fetchAhead, picturesOf } from './chart-pictures.js';
import { fitsReadably, refit, showPicture, zoomBy, zoomByItself } from './chart-view.js';
import { byId } from './element.js';
import { lookBack, onPaint, repaint, shownActor, state } from './page-state.js';
import { setUpPanning } from './panning.js';
import { eventWord, statePath } from './state-word.js';

/** By machine, once somebody has chosen: whether every transition is named. */
const detailed = new Map();

/** The state chart of an actor's machine: active states lit, the last way taken marked. */
export function showChart() {
  byId('zoom-in').addEventListener('click', () => zoomBy(1.25));
  byId('zoom-out').addEventListener('click', () => zoomBy(1 / 1.25));
  byId('zoom-fit').addEventListener('click', fit);
  byId('chart-details').addEventListener('click', toggleDetails);
  byId('back-to-live').addEventListener('click', () => lookBack(null));
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && lookBack(null));
  setUpPanning(byId('canvas'), zoomBy);
  new ResizeObserver(() => {
    refit();
    repaint();
  }).observe(byId('canvas'));
  onPaint(paint);
}

/** The whole chart again, without details where they would be too small to read. */
function fit() {
  const machine = shownActor()?.machine;
  const pictures = machine ? picturesOf(machine) : null;
  detailed.delete(machine);
  for (const svg of Object.values(pictures ?? {})) zoomByItself(svg);
  repaint();
}

function toggleDetails({ currentTarget }) {
  const machine = shownActor()?.machine;
  if (!machine) return;
  detailed.set(machine, currentTarget.getAttribute('aria-pressed') !== 'true');
  repaint();
}

function paint() {
  const actor = shownActor();
  const { lookingBack } = state;
  const place = lookingBack ?? actor;
  const taken = actor ? lastMove(actor) : null;
  document.body.classList.toggle('looking-back', lookingBack !== null);
  byId('back-to-live').hidden = lookingBack === null;
  byId('chart-title').textContent = actor ? titleOf(actor) : 'State chart';
  byId('chart-path').textContent = place ? pathText(place, taken) : '';
  const svg = actor?.machine ? pictureFor(actor.machine) : null;
  byId('canvas').dataset.note = actor?.machine ? 'Drawing the chart…' : '';
  showPicture(svg);
  if (!svg) return;
  light(svg, { place, taken });
  // A failover may be over before its chart would be drawn.
  fetchAhead([...state.actors.values()].flatMap(({ machine }) => machine ?? []));
}

function pathText(place, taken) {
  const path = statePath(place).join(' · ');
  if (state.lookingBack) return `${path}, as it was after event ${state.lookingBack.seq}`;
  const [from] = taken?.transitions ?? [];
  return from ? `${path} ← ${from.source}: ${eventWord(taken.type)}` : path;
}

function pictureFor(machine) {
  const pictures = picturesOf(machine);
  if (!pictures) return null;
  const isDetailed = detailed.get(machine) ?? fitsReadably(pictures.full);
  byId('chart-details').setAttribute('aria-pressed', String(isDetailed));
  return isDetailed ? pictures.full : pictures.outline;
}

/** The log entry that says how the actor came to where it is; null when the log no longer knows. */
function lastMove(actor) {
  if (state.lookingBack) return state.lookingBack;
  const steps = state.log.filter((one) => one.actor === actor.id && one.transitions.length > 0);
  return steps.find((step, at) => hasMoved(step, steps[at + 1])) ?? null;
}

/** A status that says what was known already takes a transition, too, but back to the same place. */
function hasMoved(step, before) {
  return before === undefined || step.nodes.join(' ') !== before.nodes.join(' ');
}
