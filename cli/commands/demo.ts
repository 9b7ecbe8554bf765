import { tmpdir } from 'node:os';
import type { Log } from '../daemon-voice.ts';
import { removeDeadDemos, removeDemo } from '../demo/dead-demos.ts';
import { type DemoEnd, listenForEnd } from '../demo/demo-end.ts';
import { type DemoHome, makeDemoHome } from '../demo/demo-home.ts';
import { demoStage } from '../demo/demo-stage.ts';
import { startDemoWork } from '../demo/demo-work.ts';
import { narrateTo, whereToLook } from '../demo/narration.ts';
import { openTaskDesk } from '../demo/task-desk.ts';
import { createTaskTitles } from '../demo/task-titles.ts';
import { type Running, runDaemon } from '../run-daemon.ts';
import { type CliWorld, type CommonOptions, paintOf } from '../world.ts';

export interface DemoOptions extends CommonOptions {
  /** False: the agents are given nothing to do, and none is killed. */
  readonly work: boolean;
}

/**
 * A pool of demo agents in a temporary home, with tasks and a crash now and then, until a
 * signal. Whatever happens, its tmux server and its home are gone when it resolves; what a demo
 * that was killed left behind is removed by the next.
 */
export async function demo(world: CliWorld, options: DemoOptions): Promise<number> {
  const end = listenForEnd();
  try {
    await removeDeadDemos(tmpdir(), world);
    const home = await makeDemoHome(tmpdir(), world);
    try {
      return await show(world, options, { home, end });
    } finally {
      await removeDemo(home.directory, world.env);
      world.terminal.print('The demo is over, and nothing of it is left.');
    }
  } finally {
    end.dispose();
  }
}

interface Stage {
  readonly home: DemoHome;
  readonly end: DemoEnd;
}

async function show(world: CliWorld, options: DemoOptions, { home, end }: Stage): Promise<number> {
  const { env, uid, version, terminal } = world;
  const { config } = home;
  const titles = createTaskTitles();
  const narration = narrateTo(terminal.print, paintOf(world, options), titles);
  const desk = openTaskDesk({ program: process.argv, config: config.file, env });
  let hear: Log = narration.log;
  let stopWork = () => {};
  const onReady = ({ daemon, listening }: Running) => {
    terminal.print(
      whereToLook({
        program: process.argv,
        cwd: process.cwd(),
        config: config.file,
        session: daemon.status().sessions[0]?.name ?? '',
        link: listening.loginLink(),
      }),
    );
    if (!options.work) return;
    const { status } = daemon;
    const { tell } = narration;
    const work = startDemoWork(demoStage({ home, env, status, desk, tell, titleOf: titles.of }));
    stopWork = work.stop;
    hear = (entry) => {
      narration.log(entry);
      work.hear(entry);
    };
  };
  try {
    return await runDaemon({
      config,
      env,
      uid,
      version,
      waitLockMs: 0,
      isManaged: false,
      log: (entry) => hear(entry),
      say: terminal.say,
      // Its config is made for it, and nobody changes that.
      reread: () => ({ ok: true, config }),
      onReloadable: () => {},
      onChanged: () => {},
      onStoppable: end.onStoppable,
      onReady,
    });
  } finally {
    stopWork();
    await desk.close();
  }
}
