import { FailoverError } from '../../config/errors.ts';

const ADVICE: readonly (readonly [codes: RegExp, advice: (file: string) => string])[] = [
  [
    /^SQLITE_(NOTADB|CORRUPT)/,
    (file) =>
      `it is damaged and was left as it is: put a backup in its place, or move it away (mv ${file} ${file}.damaged) and start again`,
  ],
  [/^(SQLITE_FULL|ENOSPC)/, () => 'the disk is full: free some space'],
  [/^SQLITE_(BUSY|LOCKED)/, () => 'another process keeps it locked: look for a second daemon'],
  [
    /^(SQLITE_(CANTOPEN|READONLY|PERM|IOERR)|EACCES|EPERM|EROFS|ENOTDIR)/,
    () => 'check that its directory and file can be written by this user',
  ],
];

/** Any error of the database or its file as `STORE_FAILED`, with what a person can do about it. */
export function storeFailure(file: string, error: unknown): FailoverError {
  if (error instanceof FailoverError) return error;
  const { code, message } = describe(error);
  const advice = ADVICE.find(([codes]) => codes.test(code))?.[1](file);
  const text = [`the store ${file} failed: ${message}`, advice].filter(Boolean).join('; ');
  return new FailoverError('STORE_FAILED', text, { file, reason: code }, error);
}

/** The file's own quick check found damage (`finding` is SQLite's sentence). */
export function damaged(file: string, finding: string): FailoverError {
  return storeFailure(file, Object.assign(new Error(finding), { code: 'SQLITE_CORRUPT' }));
}

/** The same store (an object of asynchronous methods), whose rejections all are `storeFailure`s. */
export function namingFailures<Store extends object>(file: string, store: Store): Store {
  const named = Object.entries(store).map(([name, method]: [string, Method]) => [
    name,
    async (...args: readonly unknown[]) => {
      try {
        return await method(...args);
      } catch (error) {
        throw storeFailure(file, error);
      }
    },
  ]);
  return Object.fromEntries(named) as Store;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** Duck-typed: an error of a native module need not be an instance of this realm's Error. */
function describe(error: unknown): { code: string; message: string } {
  const { code = 'unknown', message = error } = Object(error) as {
    code?: unknown;
    message?: unknown;
  };
  return { code: String(code), message: String(message) };
}
