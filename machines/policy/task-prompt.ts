/**
 * How a task reads as a prompt. Each begins with a header line, for two reasons: the client confirms
 * a prompt by repeating it, and a first character that it would take for a command (`/`, `!`) is text.
 */

const HEADER = /^\[task (t_[0-9A-HJKMNP-TV-Z]{26})\]/;

/** Longer ones do not fit into one argument of a program (the kernel's bound is 128 KiB). */
const LONGEST_ARGUMENT_BYTES = 100 * 1024;

/** The prompt of a task that begins. */
export function taskPrompt(id: string, text: string): string {
  return `${header(id)}\n${text}`;
}

/**
 * The same for pasting: there a backslash before Enter would be a line break, not the end; and behind
 * `@` and part of a file's name Enter would put the name of some file in its place.
 */
export function pastedPrompt(prompt: string): string {
  const end = prompt.trimEnd();
  const isTrapped = end.endsWith('\\') || MENTION.test(end.slice(-LONGEST_MENTION));
  return isTrapped ? `${prompt}\n[end of task]` : prompt;
}

/** In quotes it may hold spaces. */
const MENTION = /@("[^"\n]*|\S*)$/;
/** The kernel's bound for a path. */
const LONGEST_MENTION = 4096;

/** What the agent of a task that had begun is told in its conversation. */
export function resumedPrompt(id: string, resumePrompt: string): string {
  return `${header(id)}\n${resumePrompt}`;
}

/** The task that a prompt is of; null when it is a person's. */
export function taskIdIn(prompt: string): string | null {
  return HEADER.exec(prompt)?.[1] ?? null;
}

export function fitsArgument(prompt: string): boolean {
  return new TextEncoder().encode(prompt).length <= LONGEST_ARGUMENT_BYTES;
}

function header(id: string): string {
  return `[task ${id}]`;
}
