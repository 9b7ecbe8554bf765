import { isJsonObject, type JsonObject } from './json-file.ts';

export type AnswerFile = '.claude.json' | 'settings.json';

/** A value that keeps a dialog of the client from opening, and what is already good enough. */
export interface Answer {
  readonly file: AnswerFile;
  readonly key: readonly string[];
  readonly value: boolean | number;
  readonly suffices: (current: unknown) => boolean;
}

/** The client deletes conversations older than this at its start; its own default is 30 days. */
const TRANSCRIPT_DAYS = 3650;

export interface AnswersWanted {
  readonly permissionMode: string;
  /** Absolute directories, each as it may become the client's working directory. */
  readonly trusted: readonly string[];
}

/** Everything a client would ask at its start when nobody is there to answer (measured on the client). */
export function answersFor({ permissionMode, trusted }: AnswersWanted): readonly Answer[] {
  return [
    yes('.claude.json', ['hasCompletedOnboarding']),
    yes('.claude.json', ['resumeReturnDismissed']),
    ...trusted.map((cwd) => yes('.claude.json', ['projects', cwd, 'hasTrustDialogAccepted'])),
    {
      file: 'settings.json',
      key: ['cleanupPeriodDays'],
      value: TRANSCRIPT_DAYS,
      suffices: (current) => typeof current === 'number' && current >= TRANSCRIPT_DAYS,
    },
    ...(permissionMode === 'bypassPermissions'
      ? [yes('settings.json', ['skipDangerousModePermissionPrompt'])]
      : []),
  ];
}

function yes(file: AnswerFile, key: readonly string[]): Answer {
  return { file, key, value: true, suffices: (current) => current === true };
}

/** One key of one file that has to change; `before` is undefined when it is not there. */
export interface Edit {
  readonly answer: Answer;
  readonly before: unknown;
}

/** The answers that the object does not give yet. */
export function editsOf(object: JsonObject, answers: readonly Answer[]): readonly Edit[] {
  return answers
    .map((answer) => ({ answer, before: valueAt(object, answer.key) }))
    .filter(({ answer, before }) => !answer.suffices(before));
}

/** The object with the answers given: other keys stay as they are and where they are, new ones come last. */
export function edited(object: JsonObject, edits: readonly Edit[]): JsonObject {
  return edits.reduce((at, { answer }) => withValue(at, answer.key, answer.value), object);
}

/** True when something on the way to the key is there and is not an object: setting it would lose it. */
export function isObstructed(object: JsonObject, key: readonly string[]): boolean {
  return key
    .slice(1)
    .map((_, depth) => valueAt(object, key.slice(0, depth + 1)))
    .some((parent) => parent !== undefined && !isJsonObject(parent));
}

function valueAt(object: JsonObject, key: readonly string[]): unknown {
  return key.reduce<unknown>(
    (at, name) => (isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    object,
  );
}

function withValue(
  object: JsonObject,
  [name = '', ...rest]: readonly string[],
  value: Answer['value'],
): JsonObject {
  if (rest.length === 0) return { ...object, [name]: value };
  const inner = valueAt(object, [name]);
  return { ...object, [name]: withValue(isJsonObject(inner) ? inner : {}, rest, value) };
}
