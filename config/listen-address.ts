import { isIPv4 } from 'node:net';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:8765`, `localhost:0` or `[::1]:8765`; null for anything that others could reach. */
export function parseListenAddress(text: string): ListenAddress | null {
  const [, host = '', digits = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!isLoopback(host) || port > 65_535) return null;
  return { host: host === '[::1]' ? '::1' : host, port };
}

/** As `parseListenAddress`, for a text that the schema has accepted; throws `RangeError` for any other. */
export function listenAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === null) throw new RangeError(`not a loopback address: ${text}`);
  return address;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
