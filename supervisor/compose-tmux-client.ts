/** tmux as a person at a terminal uses it: looking at a session, typing into it. Never the daemon's way. */
export { clientIsReadOnly, hasSession } from '../actors/tmux-client/ask-server.ts';
export { runOnTerminal } from '../actors/tmux-client/run-on-terminal.ts';
export { typeLine } from '../actors/tmux-client/type-line.ts';
