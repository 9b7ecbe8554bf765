import type { ServerResponse } from 'node:http';
import type { Failure } from './failures.ts';
import { newId } from './send-reply.ts';

/** Fails the way the mode says; a hanging request is ended only when the stub closes. */
export function sendFailure(response: ServerResponse, failure: Failure): void {
  switch (failure.kind) {
    case 'error': {
      const { status, type, message, headers } = failure;
      response.writeHead(status, {
        'content-type': 'application/json',
        'request-id': newId('req'),
        ...headers,
      });
      response.end(JSON.stringify({ type: 'error', error: { type, message } }));
      return;
    }
    case 'html':
      response.writeHead(failure.status, { 'content-type': 'text/html' });
      response.end(failure.html);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
  }
}
