import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Headers } from './rate-limit-headers.ts';
import type { Pace, Reply, ReplyBlock } from './replies.ts';
import type { RequestBody } from './request-body.ts';

/** Answers in the form that was asked for: server-sent events, or one JSON message. */
export async function sendReply(
  response: ServerResponse,
  { body, reply, headers }: { body: RequestBody; reply: Reply; headers: Headers },
): Promise<void> {
  const message = {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    model: body.model,
    stop_sequence: null,
    usage: usage(body),
  };
  const common = { 'request-id': newId('req'), ...headers };
  if (body.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...common });
    await stream(response, { body, reply, message });
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', ...common });
  response.end(JSON.stringify({ ...message, content: reply.blocks, stop_reason: reply.stop }));
}

export function newId(prefix: string): string {
  return `${prefix}_stub${randomBytes(9).toString('hex')}`;
}

async function stream(
  response: ServerResponse,
  { body, reply, message }: { body: RequestBody; reply: Reply; message: object },
): Promise<void> {
  const send = eventWriter(response);
  send('message_start', { message: { ...message, content: [], stop_reason: null } });
  for (const [index, block] of reply.blocks.entries()) {
    if (!(await sendBlock({ response, index, block, pace: reply.pace }))) return;
  }
  const delta = { stop_reason: reply.stop, stop_sequence: null };
  send('message_delta', { delta, usage: usage(body) });
  send('message_stop', {});
  response.end();
}

interface BlockToSend {
  readonly response: ServerResponse;
  readonly index: number;
  readonly block: ReplyBlock;
  readonly pace: Pace;
}

/** False when the stream broke off: nothing more may be sent. */
async function sendBlock({ response, index, block, pace }: BlockToSend): Promise<boolean> {
  const send = eventWriter(response);
  const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
  send('content_block_start', { index, content_block: empty });
  for (const [count, delta] of deltasOf(block, pace).entries()) {
    if (response.destroyed) return false;
    send('content_block_delta', { index, delta });
    if (pace.chunkDelayMs > 0) await delay(pace.chunkDelayMs);
    if (count + 1 === pace.breakAfter) return breakOff(response, pace);
  }
  send('content_block_stop', { index });
  return true;
}

function breakOff(response: ServerResponse, pace: Pace): false {
  if (pace.breakBy === 'cut') response.socket?.destroy();
  if (pace.breakBy === 'error') {
    eventWriter(response)('error', { error: { type: 'overloaded_error', message: 'Overloaded' } });
    response.end();
  }
  return false;
}

function deltasOf(block: ReplyBlock, pace: Pace): readonly object[] {
  if (block.type === 'tool_use') {
    return [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }];
  }
  const count = Math.ceil(block.text.length / pace.chunkLength);
  return Array.from({ length: count }, (_, i) => ({
    type: 'text_delta',
    text: block.text.slice(i * pace.chunkLength, (i + 1) * pace.chunkLength),
  }));
}

function eventWriter(response: ServerResponse): (type: string, data: object) => void {
  return (type, data) => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
}

function usage(body: RequestBody): object {
  return {
    input_tokens: Math.max(1, Math.round(JSON.stringify(body.messages).length / 4)),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 20,
    service_tier: 'standard',
  };
}
