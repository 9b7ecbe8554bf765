import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { FailoverError } from '../../config/errors.ts';
import type { Account, Config } from '../../config/types.ts';
import type { AccountHomeFacts } from '../../machines/doctor-facts.ts';
import { type Answer, answersFor, editsOf } from '../account/answers.ts';
import { hasLogin } from '../account/has-login.ts';
import { readJsonFile } from '../account/json-file.ts';

/**
 * Whether agents could start in this home with nobody there to answer. Only whether the login file
 * exists is looked at; of the client's own files only the keys that `account prepare` sets.
 */
export function accountHome(account: Account, config: Config): AccountHomeFacts {
  const { name, home } = account;
  const isLoggedIn = hasLogin(home);
  try {
    return { name, home, isLoggedIn, unanswered: unansweredIn(home, config), broken: null };
  } catch (error) {
    if (!(error instanceof FailoverError)) throw error;
    const { code, message } = error;
    return { name, home, isLoggedIn, unanswered: [], broken: { code, message } };
  }
}

function unansweredIn(home: string, { agent, pool }: Config): readonly string[] {
  const directories = [pool.autonomous.workdir, ...pool.dedicated.map(({ project }) => project)];
  const trusted = [...new Set(directories.flatMap(namesOf))];
  const answers = answersFor({ permissionMode: agent.permissionMode, trusted });
  return FILES.flatMap((file) => {
    const ofFile = answers.filter((answer) => answer.file === file);
    return editsOf(readJsonFile(join(home, file)).object, ofFile).map(({ answer }) =>
      named(answer),
    );
  });
}

const FILES = ['.claude.json', 'settings.json'] as const;

/** By the name it is given and by the real one, as the client may ask for either. */
function namesOf(directory: string): readonly string[] {
  try {
    return [directory, realpathSync.native(directory)];
  } catch {
    return [directory];
  }
}

function named({ key }: Answer): string {
  return key.join(' > ');
}
