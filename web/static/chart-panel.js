import { byId } from './element.js';
import { lookBack, onPaint, repaint, selectedActor, state } from './page-state.js';
import { setUpPanning } from './panning.js';
import { statePath } from './state-word.js';

const LEAST_READABLE = 0.72;
const charts = new Map();
/** By machine, once somebody has zoomed. */
const zooms = new Map();
let shown = { machine: null, svg: null };
let litKey = '';
let flashedSeq = 0;

/** The state chart of the selected actor's machine: active states lit, the last way taken marked. */
export function showChart() {
  byId('zoom-in').addEventListener('click', () => zoomTo(currentZoom() * 1.25));
  byId('zoom-out').addEventListener('click', () => zoomTo(currentZoom() / 1.25));
  byId('zoom-fit').addEventListener('click', () => zoomTo(wholeZoom()));
  byId('back-to-live').addEventListener('click', () => lookBack(null));
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && lookBack(null));
  setUpPanning(byId('canvas'), (factor) => zoomTo(currentZoom() * factor));
  new ResizeObserver(applyZoom).observe(byId('canvas'));
  onPaint(paint);
}

function paint() {
  const actor = selectedActor();
  const { lookingBack } = state;
  const place = lookingBack ?? actor;
  document.body.classList.toggle('looking-back', lookingBack !== null);
  byId('back-to-live').hidden = lookingBack === null;
  byId('chart-title').textContent = actor ? actor.name : 'State chart';
  byId('chart-path').textContent = place ? pathText(place, lookingBack) : '';
  const svg = actor?.machine ? chartOf(actor.machine) : null;
  put(svg, actor?.machine ?? null);
  if (svg) light(svg, actor, place);
}

function pathText(place, lookingBack) {
  const path = statePath(place).join(' · ');
  return lookingBack ? `${path}, as it was after event ${lookingBack.seq}` : path;
}

/** null while it is on its way; the page is painted again when it comes. */
function chartOf(machine) {
  if (!charts.has(machine)) {
    charts.set(machine, null);
    void fetchChart(machine);
  }
  return charts.get(machine);
}

async function fetchChart(machine) {
  const answer = await fetch(`/v1/charts/${encodeURIComponent(machine)}`).catch(() => null);
  if (!answer?.ok) {
    charts.delete(machine);
    return;
  }
  const parsed = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml');
  charts.set(machine, document.importNode(parsed.documentElement, true));
  repaint();
}

function put(svg, machine) {
  if (shown.svg === svg && shown.machine === machine) return;
  shown = { svg, machine };
  litKey = '';
  byId('canvas').replaceChildren(...(svg ? [svg] : []));
  applyZoom();
}

function light(svg, actor, place) {
  const entry = state.lookingBack ?? state.log.find((one) => hasMoved(one, actor));
  const key = JSON.stringify([actor.id, place.nodes, entry?.seq]);
  if (key === litKey) return;
  litKey = key;
  const active = new Set(place.nodes);
  for (const drawn of svg.querySelectorAll('[data-state]')) {
    drawn.classList.toggle('active', active.has(drawn.dataset.state));
  }
  markTaken(svg, entry);
  showActive(svg, place.nodes.at(-1));
}

function hasMoved(entry, actor) {
  return entry.actor === actor.id && entry.transitions.length > 0;
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

function showActive(svg, id) {
  const drawn = [...svg.querySelectorAll('[data-state]')].find((one) => one.dataset.state === id);
  const canvas = byId('canvas');
  if (!drawn || canvas.classList.contains('dragging')) return;
  const box = drawn.getBoundingClientRect();
  const view = canvas.getBoundingClientRect();
  const isSeen =
    box.left >= view.left &&
    box.right <= view.right &&
    box.top >= view.top &&
    box.bottom <= view.bottom;
  if (isSeen) return;
  canvas.scrollLeft += box.left + box.width / 2 - (view.left + view.width / 2);
  canvas.scrollTop += box.top + box.height / 2 - (view.top + view.height / 2);
}

function zoomTo(factor) {
  zooms.set(shown.machine, Math.min(Math.max(factor, 0.15), 3));
  applyZoom();
}

/** Until somebody zooms: the whole chart, unless it would be too small to read. */
function currentZoom() {
  return zooms.get(shown.machine) ?? Math.min(Math.max(wholeZoom(), LEAST_READABLE), 1.15);
}

function wholeZoom() {
  const { svg } = shown;
  const { clientWidth, clientHeight } = byId('canvas');
  if (!svg) return 1;
  const { width, height } = svg.viewBox.baseVal;
  return Math.min((clientWidth - 20) / width, (clientHeight - 20) / height);
}

function applyZoom() {
  const { svg } = shown;
  if (!svg) return;
  const { width, height } = svg.viewBox.baseVal;
  const factor = currentZoom();
  svg.setAttribute('width', Math.round(width * factor));
  svg.setAttribute('height', Math.round(height * factor));
}
