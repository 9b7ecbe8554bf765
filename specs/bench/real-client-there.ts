import { realClientConfig } from '../harness/real-client.ts';

/** Whether there are real clients to measure. */
export function isRealClientThere(): boolean {
  try {
    realClientConfig('');
    return true;
  } catch {
    return false;
  }
}
