import { isBelow, isWithin, selfAndAbove } from './paths.ts';

/** Where a tool is used, and what the disk says about it. All paths are absolute. */
export interface GuardPlaces {
  /** The directory that the agent was started in; no link is on its way. */
  readonly workdir: string;
  /** Where its shell is now. */
  readonly cwd: string;
  /** What `~` is. */
  readonly home: string;
  /** That, and other names of it. */
  readonly homes: readonly string[];
  /** The home of each account. Of these and the next two, every name is given, with and without links. */
  readonly configDirs: readonly string[];
  /** Files and directories of the supervisor itself. */
  readonly own: readonly string[];
  /** Directories for temporary files and caches, which nobody misses. */
  readonly temporary: readonly string[];
  /** The environment of the agent, of which its shell inherits. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The path with all links followed, as far as it exists. */
  readonly realPath: (path: string) => string;
  /** The branch that is checked out in a directory; null when there is none. */
  readonly branchOf: (directory: string) => string | null;
}

/** What belongs to the machine, not to anybody's work. */
const SYSTEM = [
  ...['/bin', '/boot', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/sbin', '/usr'],
  ...['/proc', '/sys', '/var/lib', '/var/spool/cron'],
];

/** Beside those, what is too much for one command. */
const ROOTS = ['/', '/dev', '/home', '/media', '/mnt', '/opt', '/root', '/run', '/srv', '/var'];

/** Whether a path belongs to the system; a project that lives in there (`/usr/src/app`) does not. */
export function isSystem(path: string, { workdir }: GuardPlaces): boolean {
  const ofSystem = (one: string) => SYSTEM.some((directory) => isWithin(one, directory));
  return ofSystem(path) && !(isWithin(path, workdir) && ofSystem(workdir));
}

/** The directories that hold more than one project: nothing may empty or open them as a whole. */
export function broadPlaces({ homes, workdir }: GuardPlaces): readonly string[] {
  const above = [...homes.flatMap(selfAndAbove), ...selfAndAbove(workdir).slice(0, -1)];
  return [...ROOTS, ...SYSTEM, ...above];
}

/** Home directories: the agent's own, and where those of people usually are. */
export function isHome(path: string, { homes }: GuardPlaces): boolean {
  return homes.includes(path) || path === '/root' || /^\/(?:home|Users)\/[^/]+$/.test(path);
}

/** Whether the path lies in the agent's working directory, or among temporary files. */
export function isOwnWork(path: string, places: GuardPlaces): boolean {
  const { workdir, temporary } = places;
  return [workdir, ...temporary].some((directory) => isBelow(path, directory));
}
