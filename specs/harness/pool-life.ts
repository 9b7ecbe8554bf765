/** One life of the daemon in a pool in memory: the real supervisor and launches over what is outside it. */
import { createActor } from 'xstate';
import type { DeliverParts } from '../../actors/deliver/look.ts';
import { pasteTask } from '../../actors/deliver/paste-task.ts';
import { type LaunchParts, launchAgent } from '../../actors/launch/launch-agent.ts';
import type { GoneParts } from '../../actors/process/until-gone.ts';
import { slotsOf } from '../../config/slots.ts';
import type { AgentStatus, FactStore, Pane, PaneLaunch } from '../../machines/ports.ts';
import type { LaunchRequest, PasteRequest, SessionEvent } from '../../machines/session/types.ts';
import type { Signal } from '../../machines/signals.ts';
import type { TaskReport } from '../../machines/tasks.ts';
import { type AccountBoard, createAccountBoard } from '../../supervisor/account-board.ts';
import { accountInputs, failoverInputs } from '../../supervisor/account-inputs.ts';
import { startByHand } from '../../supervisor/by-hand.ts';
import { endingFirst } from '../../supervisor/ending-first.ts';
import { hearStatuses } from '../../supervisor/hear-statuses.ts';
import { newsOnly } from '../../supervisor/news-only.ts';
import { createPendingWrites } from '../../supervisor/pending-writes.ts';
import { type RootRef, sessionNamed } from '../../supervisor/pool.ts';
import { rememberedWindow } from '../../supervisor/pool-crashes.ts';
import { record } from '../../supervisor/recorder.ts';
import { resumeTasks } from '../../supervisor/resume-tasks.ts';
import { sessionInputs } from '../../supervisor/session-inputs.ts';
import { startSwitching } from '../../supervisor/switching.ts';
import { turnEndOf } from '../../supervisor/turn-end.ts';
import { watchLinks } from '../../supervisor/watch-links.ts';
import { brokenLink } from './broken-link.ts';
import { openMemoryStore } from './memory-store.ts';
import { startedClient } from './pool-tasks.ts';
import type { Client, Outside } from './pool-world.ts';
import { rootOver } from './root-over.ts';

export type Life = Awaited<ReturnType<typeof startLife>>;

/** A daemon that starts; tmux must answer. */
export async function startLife(outside: Outside) {
  const { fake, chance, config, timer, errors } = outside;
  const alive = livingCalls(outside);
  const store = endingFirst(newsOnly(openMemoryStore({ place: outside.place })));
  const accounts = createAccountBoard();
  const listeners = new Set<(status: AgentStatus) => void>();
  const parts = partsOf(outside, { alive, store, accounts, listeners });
  const names = slotsOf(config).map(({ name }) => name);
  const observation = await fake.observe(names);
  if (observation.kind === 'unknown') throw new Error('a daemon starts only when tmux answers');
  const unheard = outside.unheard.splice(0);
  const signals = { pending: async () => unheard };
  const { tasks } = outside;
  const resumed = await resumeTasks({ tasks, signals, store, hear: tasks.store }, names);
  const remembered = { config, store, chance };
  const sessions = await sessionInputs({ ...remembered, resumed }, observation);
  const effects = effectsOf(parts, alive.isOver);
  const root: RootRef = createActor(
    rootOver(parts, names, { ...effects, session: outside.session }),
    {
      clock: timer,
      input: {
        accounts: await accountInputs(remembered),
        sessions,
        failovers: await failoverInputs(remembered),
        past: await store.pastFailovers(),
        reconcileIntervalMs: 15_000,
        poolWindow: await rememberedWindow(remembered),
        tolerance: config.restart,
      },
    },
  );
  root.subscribe({ error: (error) => void errors.push(error) });
  accounts.attach(root);
  const hearing = listen(root, outside, { store, agent: parts.agent });
  const daemon = { config, accounts, chance, tmux: parts.tmux, checkLinks: parts.checkAccount };
  const alarm = outside.alarm;
  root.start();
  root.send({ type: 'tmux.woke' });
  watchLinks(root, daemon);
  const switcher = startSwitching(root, { ...daemon, alarm }, { tell: outside.tell });
  const byHand = startByHand(root, {
    ...{ config, accounts, tmux: parts.tmux, agent: parts.agent, statuses: hearing },
    ...{ tell: outside.tell, now: chance.clock.now, alarm },
  });
  const deal = (signal: Signal) => {
    if (alive.isOver()) outside.unheard.push(signal);
    else sessionNamed(root, signal.session)?.send(eventOf(signal));
  };
  unheard.forEach(deal);
  return {
    root,
    parts,
    accounts,
    byHand,
    isAtDisk: effects.isAtDisk,
    send: (name: string, event: SessionEvent | null) => {
      if (event !== null && !alive.isOver()) sessionNamed(root, name)?.send(event);
    },
    deal,
    hear: (status: AgentStatus) => {
      for (const listener of listeners) listener(status);
    },
    kill: () => {
      alive.end();
      void switcher.stop();
      void byHand.stop();
      hearing.stop();
      root.stop();
    },
  };
}

function eventOf(signal: Signal): SessionEvent {
  const { conversation, at } = signal;
  if (signal.kind === 'prompted') {
    return { type: 'agent.prompted', conversation, task: signal.task, at };
  }
  const end = turnEndOf(signal);
  if (end === null) throw new Error(`no client of this world says ${signal.kind}`);
  return { type: 'turn.ended', conversation, ...end };
}

/** Launches and pastes are at the real disk, so that they take more than one turn of the event loop. */
function effectsOf(parts: ReturnType<typeof partsOf>, isOver: () => boolean) {
  let underWay = 0;
  const counted = async <T>(effect: Promise<T>): Promise<T> => {
    underWay += 1;
    return await effect.finally(() => {
      underWay -= 1;
    });
  };
  return {
    launch: (request: LaunchRequest) => counted(launchAgent(parts, request)),
    paste: (request: PasteRequest, signal: AbortSignal) =>
      counted(pasteTask(parts, request, signal)),
    // Nobody waits for what a killed daemon was about.
    isAtDisk: () => underWay > 0 && !isOver(),
  };
}

/** What the root tells is stored, and what tasks it lets go of is looked at. */
function listen(
  root: RootRef,
  outside: Outside,
  { store, agent }: { readonly store: FactStore; readonly agent: LaunchParts['agent'] },
) {
  const { errors, tasks, clients, fake, tell } = outside;
  const writes = createPendingWrites({ onError: () => {} });
  const names = slotsOf(outside.config).map(({ name }) => name);
  record(root, { store, names, writes, sight: { see: () => {} }, tell });
  root.on('broke', ({ error }) => void errors.push(error));
  root.on('task', ({ report }) => {
    const holder = [...clients.values()].find(
      (client) => client.task === report.lease.id && fake.processes.isAlive(client.agent),
    );
    if (holder !== undefined && isForAnother(report)) outside.breaches.push({ report, holder });
    tasks.store(report);
  });
  const hearing = hearStatuses(root, agent, (error) => void errors.push(error));
  root.on('reconciled', ({ because }) => {
    if (because === 'interval') hearing.refresh();
  });
  return hearing;
}

/** Whether this news says that somebody else may be given the task. */
function isForAnother({ news }: TaskReport): boolean {
  return news.kind === 'returned' || (news.kind === 'failed' && news.retryable);
}

/**
 * Calls of this life: what a killed daemon has asked for is never answered, and it asks for nothing more.
 * The outside may have it killed just before a call is made, or before its answer is heard.
 */
function livingCalls({ onCall }: Outside) {
  let isOver = false;
  const never = () => new Promise<never>(() => {});
  const note = () => {
    if (!isOver) onCall();
  };
  const call =
    <A extends readonly unknown[], R>(effect: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      note();
      if (isOver) return await never();
      const answer = await effect(...given).finally(note);
      return isOver ? await never() : answer;
    };
  const end = () => {
    isOver = true;
  };
  return { call, isOver: () => isOver, end };
}

interface Wiring {
  readonly alive: ReturnType<typeof livingCalls>;
  readonly store: LaunchParts['store'] & Pick<FactStore, 'saveFailover'>;
  readonly accounts: AccountBoard;
  readonly listeners: Set<(status: AgentStatus) => void>;
}

function partsOf(outside: Outside, { alive: { call }, store, accounts, listeners }: Wiring) {
  const { fake, clients, onDisk, config, chance, tasks } = outside;
  const started = (pane: Pane, { session, command: [account = '', ...argv] }: PaneLaunch): Pane => {
    const client = startedClient(session, pane, ['', ...argv]);
    clients.set(pane.agent.pid, { ...client, account, status: null });
    return pane;
  };
  const inPane = (paneId: string) =>
    [...clients.values()].findLast((client) => client.paneId === paneId);
  const parts: LaunchParts & DeliverParts & GoneParts & Pick<Wiring, 'store'> = {
    accounts: config.accounts,
    tmux: {
      ...fake,
      observe: call(fake.observe),
      create: call(async (launch) => started(await fake.create(launch), launch)),
      respawn: call(async (id, launch) => started(await fake.respawn(id, launch), launch)),
      refill: call(async (launch) => started(await fake.refill(launch), launch)),
      activePane: call(fake.activePane),
      adopt: call(fake.adopt),
      presence: call(fake.presence),
      paste: call(async (paneId, file) => {
        await fake.paste(paneId, file);
        tasks.paste(inPane(paneId), file);
      }),
    },
    agent: {
      prepare: call(async ({ account, conversation, prompt }) => [
        account.name,
        conversation,
        ...(prompt === null ? [] : [prompt]),
      ]),
      hasTranscript: call(async (conversation) => onDisk.has(conversation)),
      turnOf: call(tasks.turnOf),
      writePaste: call(tasks.writePaste),
      status: call(async ({ pid }) => {
        const client = clients.get(pid);
        return client?.status ? statusOf(client) : null;
      }),
      onStatus: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      hasHooks: ({ pid }) => clients.has(pid) && clients.get(pid)?.isByHand !== true,
      lastFailure: call(async ({ pid }) => clients.get(pid)?.failed ?? null),
      close: async () => {},
    },
    processes: { ...fake.processes, end: call(fake.processes.end) },
    store: {
      noteIntent: call(async (session, intent) => {
        tasks.intend(session);
        await store.noteIntent(session, intent);
      }),
      saveFailover: call(store.saveFailover),
    },
    checkAccount: ({ name }) => (outside.brokenLinks.has(name) ? [brokenLink(name)] : []),
    findCommand: call(async () => '/bin/client'),
    onQuarantined: ({ name }, errors) => accounts.tell(name, { type: 'links.broken', errors }),
    onInOrder: ({ name }) => accounts.tell(name, { type: 'links.mended' }),
    isUsable: accounts.isUsable,
    graceMs: 5000,
    textOf: call(tasks.textOf),
    resumePrompt: 'Go on.',
    now: chance.clock.now,
    sleep: call(async () => {}),
  };
  return parts;
}

/** What this client says of itself. */
export function statusOf(client: Client): AgentStatus {
  const { agent, conversation, status, account, waitingFor = null } = client;
  return { agent, conversation, status: status ?? 'idle', waitingFor, account, cwd: null };
}
