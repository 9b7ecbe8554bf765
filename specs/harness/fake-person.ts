/** Who looks at a session of the fake tmux. */
export interface FakePerson {
  /** The keys reach the agent as they would: not from a read-only client, not while its pane is in a mode. */
  type(keys: string, at?: number): void;
  detach(): void;
}

export interface FakeClient {
  readonly isReadOnly: boolean;
  /** Epoch milliseconds. */
  activeAt: number;
}

export interface Attachment {
  readonly isReadOnly?: boolean;
  /** Epoch milliseconds; now when not said. */
  readonly at?: number;
}

/** Attaches a client to the session whose clients these are; `pass` is given the keys it may type. */
export function attachFake(
  clients: Set<FakeClient>,
  pass: (keys: string) => void,
  { isReadOnly = false, at = Date.now() }: Attachment = {},
): FakePerson {
  const client: FakeClient = { isReadOnly, activeAt: toSecond(at) };
  clients.add(client);
  return {
    type: (keys, typedAt = Date.now()) => {
      client.activeAt = toSecond(typedAt);
      if (!isReadOnly) pass(keys);
    },
    detach: () => {
      clients.delete(client);
    },
  };
}

/** The last key of those that may type; null = there are none. */
export function lastKeyOf(clients: ReadonlySet<FakeClient>): number | null {
  const times = [...clients].flatMap(({ isReadOnly, activeAt }) => (isReadOnly ? [] : activeAt));
  return times.length > 0 ? Math.max(...times) : null;
}

/** As tmux tells times. */
function toSecond(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}
