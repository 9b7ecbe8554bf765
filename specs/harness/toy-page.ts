import { startWeb, type WebOptions, type WebServer } from '../../web/server.ts';
import { atEnd } from './scope.ts';
import { startToyPool, type ToyPool } from './toy-pool.ts';

export const TOY_TOKEN = 'a-token-of-the-toy-pool-that-lasts';

export interface ToyPage extends WebServer {
  readonly pool: ToyPool;
  readonly port: number;
}

/** The page over a pool of toys, on a free port; closed with its owner. */
export async function startToyPage(overrides: Partial<WebOptions> = {}): Promise<ToyPage> {
  const pool = startToyPool();
  const web = await startWeb({
    supervisor: pool,
    host: '127.0.0.1',
    port: 0,
    token: TOY_TOKEN,
    tmux: ['false'],
    ...overrides,
  });
  atEnd(() => web.close());
  return { ...web, pool, port: Number(new URL(web.url).port) };
}
