import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// As isolated-environment.mjs names them: whose worker is gone, nobody will put away any more.
const SANDBOX = /^cf-(\d+)-\w{6}$/;

/** Ends and removes what runs that were interrupted (Ctrl-C, a time limit) have left in `base`. */
export function sweepStaleSandboxes(base = tmpdir()) {
  for (const name of readdirSync(base)) {
    const [, worker] = SANDBOX.exec(name) ?? [];
    if (worker === undefined || existsSync(`/proc/${worker}`)) continue;
    const sandbox = join(base, name);
    killAllIn(sandbox);
    rmSync(sandbox, { recursive: true, force: true });
  }
}

// The random name of the sandbox makes sure that it is ours and nobody else's.
function killAllIn(sandbox) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const pid of pids.filter((one) => mentions(one, sandbox))) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Gone meanwhile: just what is wanted.
    }
  }
}

function mentions(pid, sandbox) {
  try {
    return ['environ', 'cmdline'].some((file) =>
      readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(sandbox),
    );
  } catch {
    return false;
  }
}
