// Hands over as `deploy/setup.mjs` does: hand-over.mjs GROUP PROGRAM [ARGUMENTS]
import { handOver } from '../../../../deploy/setup/hand-over.mjs';

const [group, ...args] = process.argv.slice(2);
process.exitCode = await handOver(args, { ownGroup: group === 'own', echoMs: 60_000 });
