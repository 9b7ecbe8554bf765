import { headingOf, kindOf, rankOf, subjectOf, titleOf } from './actor-kind.js';
import { byId, element } from './element.js';
import { onPaint, repaint, select, state } from './page-state.js';
import { stateClass, statePath } from './state-word.js';

const byName = new Intl.Collator(undefined, { numeric: true });
/** What lies deeper is told above the chart: here the name needs the room. */
const WORDS_SHOWN = 2;
const items = new Map();
const headings = new Map();
let filter = '';

/** The actor tree: one row an actor, its state as a badge; arrow keys move, typing filters. */
export function showTree() {
  const input = byId('actor-filter');
  input.addEventListener('input', () => setFilter(input.value));
  byId('tree').addEventListener('keydown', moveByKey);
  onPaint(paint);
}

/** Also used by the counts in the header. */
export function filterTree(text) {
  byId('actor-filter').value = text;
  setFilter(text);
}

function setFilter(text) {
  filter = text.trim().toLowerCase();
  repaint();
}

function paint() {
  const rows = visibleRows();
  const tree = byId('tree');
  const wanted = rows.flatMap((row, at) => [...headingBefore(row, rows[at - 1]), itemOf(row)]);
  if (wanted.length === 0) {
    tree.replaceChildren(element('p', { class: 'empty' }, emptyText()));
    return;
  }
  const isSame =
    wanted.length === tree.children.length && wanted.every((item, i) => item === tree.children[i]);
  if (!isSame) tree.replaceChildren(...wanted);
  forgetGone();
}

function emptyText() {
  return state.actors.size === 0 ? 'No actor runs yet.' : 'No actor matches the filter.';
}

/** The children of the root are in lists of their kinds; the first row of each has a heading. */
function headingBefore({ kind }, before) {
  return kind === null || kind === before?.kind ? [] : [headings.get(kind) ?? newHeading(kind)];
}

function newHeading(kind) {
  const heading = element('div', { role: 'presentation', class: 'kind' }, headingOf(kind));
  headings.set(kind, heading);
  return heading;
}

/** `kind`: of the child of the root that the row is, or is below; null for a root. */
function visibleRows() {
  const children = Map.groupBy(state.actors.values(), ({ parent }) =>
    state.actors.has(parent) ? parent : null,
  );
  const rowsUnder = (parent, depth, above) =>
    (children.get(parent) ?? []).toSorted(inOrder).flatMap((actor) => {
      const kind = depth === 1 ? kindOf(actor) : above;
      const inner = rowsUnder(actor.id, depth + 1, kind);
      return matches(actor) || inner.length > 0 ? [{ actor, depth, kind }, ...inner] : [];
    });
  return rowsUnder(null, 0, null);
}

function inOrder(a, b) {
  return rankOf(kindOf(a)) - rankOf(kindOf(b)) || byName.compare(a.name, b.name);
}

function matches(actor) {
  const text = `${actor.name} ${statePath(actor).join(' ')}`.toLowerCase();
  return filter === '' || text.includes(filter);
}

function itemOf({ actor, depth }) {
  const item = items.get(actor.id) ?? newItem(actor);
  const isSelected = state.selected === actor.id;
  item.setAttribute('aria-selected', String(isSelected));
  item.setAttribute('aria-level', String(depth + 1));
  item.tabIndex = isSelected ? 0 : -1;
  item.style.setProperty('--depth', depth);
  const path = statePath(actor);
  const badge = item.querySelector('.badge');
  if (badge.title !== path.join(' · ')) {
    badge.title = path.join(' · ');
    badge.textContent = path.slice(0, WORDS_SHOWN).join(' · ');
    badge.className = `badge ${stateClass(path)}`;
    flash(item);
  }
  return item;
}

function newItem(actor) {
  const item = element(
    'div',
    {
      role: 'treeitem',
      class: actor.machine === null ? 'actor helper' : 'actor',
      'data-actor': actor.name,
      title: titleOf(actor),
      click: () => select(actor.id),
    },
    element('span', { class: 'name' }, subjectOf(actor)),
    element('span', { class: 'badge' }),
  );
  items.set(actor.id, item);
  return item;
}

function flash(item) {
  item.classList.remove('changed');
  // Reading the size makes the browser notice that the class was gone, so the animation restarts.
  void item.offsetWidth;
  item.classList.add('changed');
}

function forgetGone() {
  for (const id of items.keys()) if (!state.actors.has(id)) items.delete(id);
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function moveByKey(event) {
  const step = STEPS[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const rows = visibleRows();
  const at = rows.findIndex(({ actor }) => actor.id === state.selected);
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  if (!next) return;
  select(next.actor.id);
  items.get(next.actor.id)?.focus();
}
