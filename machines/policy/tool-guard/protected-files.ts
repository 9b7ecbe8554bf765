import type { ToolGuardRule } from '../../../config/tool-guard-rules.ts';
import { isWithin, partsOf } from './paths.ts';
import { type GuardPlaces, isHome, isSystem } from './places.ts';
import { couldBe, couldBeOneOf, UNKNOWN } from './unseen.ts';

/**
 * The rule that keeps agents from changing a file; null when it is nobody's but theirs.
 *
 * @param path as `absolutePath` gives it; it may hold patterns
 */
export function protectedBy(path: string, places: GuardPlaces): ToolGuardRule | null {
  const file: ProtectedPath = { path, parts: partsOf(path), atHome: belowHome(path, places) };
  return CHECKS.find(([, isOne]) => isOne(file, places))?.[0] ?? null;
}

interface ProtectedPath {
  readonly path: string;
  readonly parts: readonly string[];
  /** Its parts below the home directory that it is in; empty when it is in none. */
  readonly atHome: readonly string[];
}

const CHECKS: readonly (readonly [
  ToolGuardRule,
  (file: ProtectedPath, places: GuardPlaces) => boolean,
])[] = [
  ['write-keys', isKey],
  ['write-hooks', isHook],
  ['write-settings', isSetting],
  ['write-shell-startup', isStartup],
  ['write-system', ({ path }, places) => isSystem(path, places)],
];

const KEY_FOLDERS = ['.ssh', '.gnupg', '.aws'];
const KEY_FILES = ['.netrc', '.git-credentials', '.pgpass'];

function isKey({ parts, atHome }: ProtectedPath): boolean {
  const [above = '', last = ''] = [parts.at(-2), parts.at(-1)];
  if (couldBe(last, '.credentials.json')) return true;
  if (couldBe(last, 'authorized_keys') && above === '.ssh') return true;
  const [first = '', second = ''] = atHome;
  if (atHome.length === 1 && couldBeOneOf(first, KEY_FILES)) return true;
  // Which hosts are known is no key, and is noted at every first contact.
  return couldBeOneOf(first, KEY_FOLDERS) && !second.startsWith('known_hosts');
}

function isHook({ path, parts }: ProtectedPath, { configDirs }: GuardPlaces): boolean {
  const isOfClient = parts.some((part, i) => part === 'hooks' && parts[i - 1] === '.claude');
  return isOfClient || configDirs.some((directory) => isWithin(path, `${directory}/hooks`));
}

function isSetting(file: ProtectedPath, places: GuardPlaces): boolean {
  const { path, parts, atHome } = file;
  const { configDirs, own, workdir } = places;
  if (own.some((one) => isWithin(path, one) && !isWithin(workdir, one))) return true;
  const above = parts.slice(0, -1);
  const directory = path.startsWith(UNKNOWN) ? above.join('/') : `/${above.join('/')}`;
  const isOfAccount = configDirs.includes(directory);
  const last = parts.at(-1) ?? '';
  if (couldBe(last, '.claude.json')) return isOfAccount || atHome.length === 1;
  return (isOfAccount || above.at(-1) === '.claude') && isSettingsName(last);
}

function isSettingsName(name: string): boolean {
  return (
    /^settings.*\.json$/s.test(name) || couldBeOneOf(name, ['settings.json', 'settings.local.json'])
  );
}

const STARTUP_FILES = [
  ...['.bashrc', '.bash_profile', '.bash_login', '.bash_logout', '.bash_aliases', '.profile'],
  ...['.zshrc', '.zshenv', '.zprofile', '.zlogin', '.zlogout', '.kshrc', '.cshrc', '.tcshrc'],
  ...['.login', '.xprofile', '.xinitrc', '.xsession', '.xsessionrc', '.pam_environment'],
];
const STARTUP_FOLDERS = ['fish', 'autostart', 'systemd', 'environment.d'];

function isStartup({ atHome }: ProtectedPath): boolean {
  const [first = '', second = ''] = atHome;
  if (atHome.length === 1) return couldBeOneOf(first, STARTUP_FILES);
  return first === '.config' && couldBeOneOf(second, STARTUP_FOLDERS);
}

function belowHome(path: string, places: GuardPlaces): readonly string[] {
  const parts = partsOf(path);
  for (let i = 1; i < parts.length; i += 1) {
    if (isHome(`/${parts.slice(0, i).join('/')}`, places)) return parts.slice(i);
  }
  return [];
}
