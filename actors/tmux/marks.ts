/** Session option: its value says that the session is ours, and which of ours. */
export const SESSION_MARK = '@claude_failover_id';

/**
 * Pane option: holds the pane's own id, so that one inherited from a window or copied to another
 * pane does not count. Tells the agent's pane from the splits an operator opens beside it.
 */
export const PANE_MARK = '@claude_failover_pane';

/** Pane option: the id of the session in which the agent was started, or adopted; an operator may have moved it since. */
export const PANE_HOME = '@claude_failover_home';

/** Session option of the control hub. Not `SESSION_MARK`: the hub is not a session of the pool. */
export const HUB_MARK = '@claude_failover_hub';
