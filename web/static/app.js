/** The page of claude-failover: everything it shows comes over one WebSocket from the daemon. */
import { showChart } from './chart-panel.js';
import { byId } from './element.js';
import { showFacts } from './facts-panel.js';
import { showHeader } from './header-panel.js';
import { followDaemon } from './live.js';
import { showLog } from './log-panel.js';
import { repaint } from './page-state.js';
import { showTerminal } from './terminal-panel.js';
import { showTree } from './tree-panel.js';

showHeader();
showTree();
showChart();
showFacts();
showLog();
showTerminal();
followDaemon();
repaint();

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  byId('actor-filter').focus();
});
