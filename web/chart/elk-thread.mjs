/**
 * The body of a worker thread: lays out the graphs it is given, one after another, posts the one
 * that would be shown largest in a window, and ends.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Elk from 'elkjs/lib/elk.bundled.js';

const WINDOW = { width: 1.6, height: 1 };

const elk = new Elk();
const placed = [];
for (const graph of workerData) placed.push(await elk.layout(graph));
placed.sort((a, b) => extent(a) - extent(b));
parentPort.postMessage(placed[0]);

function extent({ width, height }) {
  return Math.max(width / WINDOW.width, height / WINDOW.height);
}
