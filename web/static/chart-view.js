/**
 * How large the chart is and which part of it is seen. By itself it shows the whole chart, and where
 * that would be too small to read, the part that matters now; it goes along when that part changes.
 */
import { byId } from './element.js';

const LEAST_READABLE = 0.72;
const LARGEST = 1.3;
const PADDING_PX = 10;
const MARGIN_PX = 24;
/** By picture, once somebody has zoomed. */
const zooms = new WeakMap();
let shown = null;
/** Elements of the picture, the most important first. */
let focus = [];

/** Puts another picture into the canvas; null empties it. */
export function showPicture(svg) {
  if (shown === svg) return;
  shown = svg;
  focus = [];
  byId('canvas').replaceChildren(...(svg ? [svg] : []));
  refit();
}

/** These elements matter now, the first of them most. */
export function lookAt(elements) {
  focus = elements;
  applyZoom();
  goToFocus('smooth');
}

/** After a change of size. */
export function refit() {
  if (!shown) return;
  applyZoom();
  goToFocus('instant');
}

export function zoomBy(factor) {
  if (!shown) return;
  zooms.set(shown, clamp(currentZoom() * factor, 0.15, 3));
  refit();
}

/** Forgets what somebody has zoomed. */
export function zoomByItself(svg) {
  zooms.delete(svg);
  refit();
}

/** Whether all of a picture can be shown large enough to be read. */
export function fitsReadably(svg) {
  const { width, height } = svg.viewBox.baseVal;
  return fitting({ width, height }) >= LEAST_READABLE;
}

function currentZoom() {
  return zooms.get(shown) ?? zoomItself();
}

function zoomItself() {
  const { width, height } = shown.viewBox.baseVal;
  const whole = fitting({ width, height });
  if (whole >= LEAST_READABLE) return Math.min(whole, LARGEST);
  return focus.length > 0 ? clamp(fitting(around(focus)), LEAST_READABLE, 1) : LEAST_READABLE;
}

function fitting({ width, height }) {
  const { clientWidth, clientHeight } = byId('canvas');
  return Math.min((clientWidth - 2 * PADDING_PX) / width, (clientHeight - 2 * PADDING_PX) / height);
}

function applyZoom() {
  const { width, height } = shown.viewBox.baseVal;
  const factor = currentZoom();
  shown.setAttribute('width', Math.floor(width * factor));
  shown.setAttribute('height', Math.floor(height * factor));
}

/** What is seen already stays where it is, and so does what somebody is dragging. */
function goToFocus(behavior) {
  const canvas = byId('canvas');
  if (focus.length === 0 || canvas.classList.contains('dragging')) return;
  const part = placed(largestThatFits());
  const view = { width: canvas.clientWidth, height: canvas.clientHeight };
  if (isWithin(part, view)) return;
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  canvas.scrollTo({
    left: canvas.scrollLeft + part.x + part.width / 2 - view.width / 2,
    top: canvas.scrollTop + part.y + part.height / 2 - view.height / 2,
    behavior: isStill ? 'instant' : behavior,
  });
}

/** All that matters if there is room for it, else the first alone. */
function largestThatFits() {
  const all = around(focus);
  return fitting(all) >= currentZoom() ? all : around(focus.slice(0, 1));
}

/** From the picture's own measure to pixels from the canvas's corner, as it is scrolled now. */
function placed({ x, y, width, height }) {
  const canvas = byId('canvas').getBoundingClientRect();
  const picture = shown.getBoundingClientRect();
  const factor = currentZoom();
  return {
    x: picture.left - canvas.left + x * factor,
    y: picture.top - canvas.top + y * factor,
    width: width * factor,
    height: height * factor,
  };
}

function isWithin({ x, y, width, height }, view) {
  return x >= 0 && y >= 0 && x + width <= view.width && y + height <= view.height;
}

function around(elements) {
  const boxes = elements.map((one) => one.getBBox());
  const left = Math.min(...boxes.map(({ x }) => x)) - MARGIN_PX;
  const top = Math.min(...boxes.map(({ y }) => y)) - MARGIN_PX;
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + MARGIN_PX;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN_PX;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
