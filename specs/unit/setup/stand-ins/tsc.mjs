// Stands in for tsc: notes that it was called, and "compiles" the daemon's stand-ins.
import { appendFileSync, cpSync } from 'node:fs';

appendFileSync(process.env.CALLS, 'tsc\n');
cpSync('stand-ins/main.mjs', 'dist/cli/main.js');
cpSync('stand-ins/find.mjs', 'dist/config/find.js');
