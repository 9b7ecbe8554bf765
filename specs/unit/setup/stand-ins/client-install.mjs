// Stands in for the installer of the real client: notes that it was called.
import { appendFileSync } from 'node:fs';

appendFileSync(process.env.CALLS, 'client-install\n');
