import { byId } from './element.js';
import { receive, setConnection } from './page-state.js';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** Follows the daemon for as long as the page is open; after each loss a new dump comes first. */
export function followDaemon(retryMs = FIRST_RETRY_MS) {
  const socket = new WebSocket(`ws://${location.host}/v1/live`);
  let delayMs = retryMs;
  socket.addEventListener('open', () => {
    delayMs = FIRST_RETRY_MS;
    setConnection('open');
  });
  socket.addEventListener('message', ({ data }) => receive(JSON.parse(data)));
  socket.addEventListener('close', () => {
    setConnection('lost');
    void askWhetherSignedIn();
    setTimeout(() => followDaemon(Math.min(delayMs * 2, LAST_RETRY_MS)), delayMs);
  });
}

/** A refused WebSocket does not say why; a refused request does. */
async function askWhetherSignedIn() {
  const answer = await fetch('/v1/status').catch(() => null);
  const dialog = byId('signed-out');
  if (answer?.status === 401 && !dialog.open) dialog.showModal();
  if (answer?.ok) dialog.close();
}
