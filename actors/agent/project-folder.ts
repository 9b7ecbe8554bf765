/** A longer name of a folder of `projects/` is cut there by the client, which then adds a dash and a hash. */
const LONGEST = 200;

/**
 * Whether the client keeps in this folder of `projects/` what is said in that directory, given by its real path
 * (absolute, without symbolic links).
 */
export function isFolderOf(folder: string, directory: string): boolean {
  const name = directory.replace(/[^a-zA-Z0-9]/g, '-');
  if (name.length <= LONGEST) return folder === name;
  return folder.startsWith(`${name.slice(0, LONGEST)}-`);
}
