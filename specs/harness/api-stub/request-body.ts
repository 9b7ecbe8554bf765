/** The parts of a Messages API request that the stub reads. */
export interface RequestBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly tools?: readonly unknown[];
  readonly system?: unknown;
  readonly messages: readonly Message[];
}

export interface Message {
  readonly role: string;
  readonly content: string | readonly Block[];
}

interface Block {
  readonly type: string;
  readonly text?: string;
}

/** The client's side calls (title, quota probe) carry no tools. */
export function isMainRequest(body: RequestBody): boolean {
  return (body.tools?.length ?? 0) > 0;
}

export function textOf(message: Message | undefined): string {
  if (typeof message?.content === 'string') return message.content;
  return blocksOf(message)
    .map((block) => block.text ?? '')
    .join('\n');
}

/** What each message of the user holds, oldest first. */
export function userTextsIn({ messages }: RequestBody): readonly string[] {
  return messages.filter(({ role }) => role === 'user').map(textOf);
}

export function lastUserMessage(body: RequestBody): Message | undefined {
  return body.messages.findLast((message) => message.role === 'user');
}

/** True when the turn goes on after a tool: the client appends its reminders behind the result. */
export function endsInToolResult(message: Message | undefined): boolean {
  const own = blocksOf(message).filter((block) => !/^\s*<system-reminder>/.test(block.text ?? ''));
  return own.at(-1)?.type === 'tool_result';
}

/** The last `[[stub:mode]]` in what the user wrote; for a turn that goes on, the one that began it. */
export function directiveIn(body: RequestBody): string | null {
  const last = lastUserMessage(body);
  const spoken = endsInToolResult(last)
    ? body.messages.findLast((message) => message.role === 'user' && directive(message) !== null)
    : last;
  return directive(spoken);
}

function directive(message: Message | undefined): string | null {
  return [...textOf(message).matchAll(/\[\[stub:([a-z0-9_]+)\]\]/g)].at(-1)?.[1] ?? null;
}

function blocksOf(message: Message | undefined): readonly Block[] {
  return typeof message?.content === 'object' ? message.content : [];
}
