/**
 * The program that a guarded agent runs before it uses a tool: reads what the client gives on stdin,
 * and prints one word, or a refusal in the client's form. It takes the rules' file as its argument.
 *
 * Its exit code says nothing: `tool-guard.sh`, which runs it, takes anything but the word for a no.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { type Refusal, refusalForModel } from '../../machines/policy/tool-guard/refusal.ts';
import { type GuardFile, guardFileIn } from './guard-file.ts';
import { ALLOWED, denial } from './guard-script.ts';
import { type HookPayload, judgePayload, payloadIn } from './judge-payload.ts';

const SIGNAL_TIMEOUT_MS = 3000;

main(process.argv[2] ?? '');

function main(rulesFile: string): void {
  const file = guardFileIn(readFileSync(rulesFile, 'utf8'));
  const payload = payloadIn(readFileSync(0, 'utf8'));
  const refusal = judged(payload, file);
  if (refusal === null) {
    writeSync(1, `${ALLOWED}\n`);
    return;
  }
  // First of all: it holds whether anybody is told or not.
  writeSync(1, `${denial(refusalForModel(refusal))}\n`);
  tell(refusal, payload, file);
}

function judged(payload: HookPayload, file: GuardFile): Refusal | null {
  try {
    return judgePayload(payload, file, process.env);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { rule: 'guard-broken', reason };
  }
}

function tell({ rule, reason }: Refusal, payload: HookPayload, { signalScript }: GuardFile): void {
  if (signalScript === null) return;
  const { session_id, cwd, tool_name: tool } = payload;
  const refused = { tool, rule, reason };
  spawnSync('/bin/sh', [signalScript], {
    input: JSON.stringify({ hook_event_name: 'PreToolUse', session_id, cwd, refused }),
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: SIGNAL_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
}
