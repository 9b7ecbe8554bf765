import type { Finding, Rule } from '../finding.ts';
import { hasOption, type Invocation, operandsOf, textsOf } from '../invocation.ts';
import { absolutePath, isWithin, partsOf } from '../paths.ts';
import { type GuardPlaces, isOwnWork } from '../places.ts';
import { touchedBy } from '../touched-files.ts';
import { isCertain, legible } from '../unseen.ts';

/** Disks are not written to as such, and not formatted. */
export const blockDevices: Rule = (invocation, places) => {
  const written = touchedBy(invocation).flatMap(({ path }) => (isDisk(path) ? [path] : []));
  return [...written, ...disksChangedBy(invocation, places)].map(
    (path): Finding => ({
      rule: 'block-device',
      reason: `${invocation.name || 'a write'} to ${legible(path)}, which is or may be a disk`,
    }),
  );
};

const DISK =
  /^(?:sd|hd|vd|xvd|nvme|mmcblk|dm-|mapper|md\d|loop\d|disk|sr\d|nbd|z?ram\d|k?mem$|pmem|bcache|dasd|mtd)/;

/** Also when only the shell knows which device it is. */
function isDisk(path: string): boolean {
  const [first = '', device = ''] = partsOf(path);
  return first === 'dev' && (DISK.test(device) || !isCertain(device.charAt(0)));
}

const FORMATTERS = /^(?:mkfs(?:\..+)?|mke2fs|mkswap|wipefs|blkdiscard)$/;
const PARTITIONERS = /^(?:[cs]?fdisk|sgdisk|gdisk|parted)$/;
const VOLUME_REMOVERS = /^(?:lv|vg|pv)remove$/;

function disksChangedBy(invocation: Invocation, places: GuardPlaces): readonly string[] {
  const { name, cwd } = invocation;
  const args = textsOf(invocation);
  const operands = operandsOf(args, ['-t', '-L', '-b', '-U', '-N', '-m']);
  const paths = operands.map((operand) => absolutePath(operand, cwd));
  if (VOLUME_REMOVERS.test(name)) return operands;
  // An image in a file of one's own is no disk.
  if (FORMATTERS.test(name)) return paths.filter((path) => !isOwnWork(path, places));
  if (name === 'cryptsetup' && /^(?:luksFormat|erase)$/.test(operands[0] ?? '')) return paths;
  const looksOnly = hasOption(args, '-l', '--list', '-p', '--print') || operands.includes('print');
  if (!PARTITIONERS.test(name) || looksOnly) return [];
  return paths.filter((path) => isWithin(path, '/dev'));
}
