import type { MachineFacts, PathFacts } from '../../machines/doctor-facts.ts';
import { amiss, type Finding, fine } from './finding.ts';

/** What on this machine could end sessions, lose facts, or let others read what is not theirs. */
export function judgeMachine(facts: MachineFacts): readonly Finding[] {
  return [judgeServer(facts), ...facts.paths.map(judgePath), ...judgeDisk(facts)];
}

function judgeServer({ server }: MachineFacts): Finding {
  const unit = server.cgroups.find((cgroup) => cgroup.endsWith('.service'));
  const facts = { ...server };
  const [who, belongs, is] =
    server.pid === null
      ? ['a tmux server started from here', 'would belong', 'would be']
      : [`the tmux server (pid ${server.pid})`, 'belongs', 'is'];
  if (unit === undefined) {
    return fine('doctor.tmux_server', `${who} ${belongs} to no service`, facts);
  }
  const name = unit.split('/').at(-1) ?? unit;
  return amiss('warn', 'doctor.tmux_server', {
    message: `${who} ${is} part of ${name}: to stop or restart that ends every session`,
    remedy: `systemctl edit ${name}, and write [Service] KillMode=process; or start tmux in a scope: systemd-run --user --scope tmux …`,
    facts,
  });
}

/** The bits that others must not have, and the mode to give instead. */
const TOO_OPEN: Readonly<Record<PathFacts['what'], readonly [bits: number, mode: string]>> = {
  state_dir: [0o077, '700'],
  store: [0o077, '600'],
  pm2_home: [0o022, '700'],
  // pm2 saves the whole environment there, with whatever secrets were in it.
  pm2_dump: [0o077, '600'],
};

function judgePath({ path, what, mode, isOurs }: PathFacts): Finding {
  const [bits, wanted] = TOO_OPEN[what];
  const facts = { path, what, mode: mode.toString(8).padStart(4, '0'), isOurs };
  if (!isOurs) {
    return amiss('warn', 'doctor.permissions', {
      message: `${path} belongs to another user`,
      remedy: 'Run everything as one user, or give the pool a state_dir of its own.',
      facts,
    });
  }
  if ((mode & bits) === 0) return fine('doctor.permissions', `${path} is private`, facts);
  return amiss('warn', 'doctor.permissions', {
    message: `${path} is open to others (mode ${facts.mode})`,
    remedy: `chmod ${wanted} ${path}`,
    facts,
  });
}

/** Below this a store that grows, or a client's transcripts, may soon find no room. */
const LOW_BYTES = 500 * 1024 * 1024;

function judgeDisk({ freeBytes }: MachineFacts): readonly Finding[] {
  if (freeBytes === null) return [];
  const message = `${Math.round(freeBytes / 1024 / 1024)} MB are free where the state lives`;
  const facts = { freeBytes };
  if (freeBytes >= LOW_BYTES) return [fine('doctor.disk', message, facts)];
  return [
    amiss('warn', 'doctor.disk', { message: `only ${message}`, remedy: 'Free some space.', facts }),
  ];
}
