import type { MachineFacts } from '../../machines/doctor-facts.ts';
import { amiss, type Finding, fine } from './finding.ts';

/** The version of the client that every fact about it was measured on, and that the specs run. */
const TESTED_CLIENT = '2.1.197';

/** Node, tmux and the client: are they there, and are they versions that are known to work? */
export function judgePrograms(facts: MachineFacts): readonly Finding[] {
  return [judgeNode(facts), judgeTmux(facts), judgeClient(facts)];
}

function judgeNode({ node }: MachineFacts): Finding {
  if (Number.parseInt(node, 10) >= 22) return fine('doctor.node', `Node ${node}`, { node });
  return amiss('warn', 'doctor.node', {
    message: `Node ${node} has had no security fixes since April 2026`,
    remedy: 'Run the daemon on Node 22 or 24; it needs 20.19 at least.',
    facts: { node },
  });
}

/** Per-window options in the command line that creates a session need it. */
const OLDEST_TMUX = '3.2';
/** From here on tmux no longer loses deaths inside libutempter; before, it is nudged. */
const BEST_TMUX = '3.6';

function judgeTmux({ tmux }: MachineFacts): Finding {
  const facts = { version: tmux };
  if (tmux === null) {
    return amiss('fail', 'doctor.tmux', {
      message: 'tmux is not installed',
      remedy: 'Install it: apt install tmux',
      facts,
    });
  }
  const version = /\d+\.\d+/.exec(tmux)?.[0];
  // A build from the middle of development has no number to compare.
  if (version === undefined) return fine('doctor.tmux', `${tmux}, of an unknown version`, facts);
  if (isBefore(version, OLDEST_TMUX)) {
    return amiss('fail', 'doctor.tmux', {
      message: `${tmux} is too old`,
      remedy: `Install tmux ${OLDEST_TMUX} or later.`,
      facts,
    });
  }
  const note = ` (it can be late to tell a death; ${BEST_TMUX} is not)`;
  return fine('doctor.tmux', `${tmux}${isBefore(version, BEST_TMUX) ? note : ''}`, facts);
}

/** Numbers, not text and not decimals: 3.10 comes after 3.9. */
function isBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

function judgeClient({ client }: MachineFacts): Finding {
  const { command, path, version } = client;
  const facts = { ...client, tested: TESTED_CLIENT };
  if (path === null) {
    return amiss('fail', 'doctor.client', {
      message: `the client ${command} is not to be found`,
      remedy: 'Install Claude Code, or name its program in agent.command.',
      facts,
    });
  }
  if (version === null) {
    return amiss('fail', 'doctor.client', {
      message: `${path} does not tell its version`,
      remedy: `Run it by hand: ${path} --version`,
      facts,
    });
  }
  if (version.startsWith(`${TESTED_CLIENT} `)) return fine('doctor.client', version, facts);
  return amiss('warn', 'doctor.client', {
    message: `the client is ${version}; ${TESTED_CLIENT} is the one that was tested`,
    remedy: 'Watch the first sessions: what agents report may have changed since.',
    facts,
  });
}
