/** A module of deploy/, which is plain JavaScript: the caller says what it takes from it. */
export function deployModule<Exports>(path: string): Promise<Exports> {
  return import(new URL(`../../../deploy/${path}`, import.meta.url).href);
}
