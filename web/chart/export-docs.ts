/**
 * `node dist/web/chart/export-docs.js [--check]`: draws the machines of the project into
 * `docs/charts/`. With `--check` it writes nothing and exits 1 when a chart is out of date.
 */
import { accountMachine } from '../../machines/account/machine.ts';
import { failoverMachine } from '../../machines/failover/machine.ts';
import { sessionMachine } from '../../machines/session/machine.ts';
import { rootMachine } from '../../supervisor/root-machine.ts';
import { packageFile } from '../package-file.ts';
import { exportCharts, type NamedMachine } from './export.ts';

const MACHINES: readonly NamedMachine[] = [
  { name: 'root', machine: rootMachine },
  { name: 'session', machine: sessionMachine },
  { name: 'account', machine: accountMachine },
  { name: 'failover', machine: failoverMachine },
];

const isCheck = process.argv.includes('--check');
const changed = await exportCharts({
  machines: MACHINES,
  directory: packageFile('docs/charts'),
  mode: isCheck ? 'check' : 'write',
});
for (const file of changed) {
  process.stdout.write(`${isCheck ? 'out of date' : 'written'}: ${file}\n`);
}
process.exitCode = isCheck && changed.length > 0 ? 1 : 0;
