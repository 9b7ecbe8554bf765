import type { ServerResponse } from 'node:http';

/** What a person sees in the page's place who is not signed in: status 401, and how to get in. */
export function sendSignInAdvice(response: ServerResponse, reason: string): void {
  response.writeHead(401, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
  response.end(adviceOf(reason));
}

/** Stands alone: nothing else is served to who is not signed in. `reason` is a sentence of ours. */
function adviceOf(reason: string): string {
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>claude-failover: not signed in</title>
  <style>
    body { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem; font: 16px/1.5 system-ui, sans-serif; }
    pre { padding: 0.6rem 0.9rem; border-radius: 6px; background: rgb(128 128 128 / 0.16); }
  </style>
  <h1>Not signed in</h1>
  <p>${reason} On the machine where the daemon runs,</p>
  <pre>claude-failover inspect</pre>
  <p>prints a new link. It works once, within a minute, and signs this browser in for half a day.</p>
</html>
`;
}
