export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The names of this machine under which the page may be served, as they stand in a URL. Not all of
 * 127.0.0.0/8: each is also a name that requests may bear in `Host` and `Origin`.
 */
export const LOOPBACK_NAMES: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** `127.0.0.1:8765`, `localhost:0` or `[::1]:8765`; null for anything that others could reach. */
export function parseListenAddress(text: string): ListenAddress | null {
  const [, name = '', digits = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!LOOPBACK_NAMES.includes(name) || port > 65_535) return null;
  return { host: name === '[::1]' ? '::1' : name, port };
}

/** As `parseListenAddress`, for a text that the schema has accepted; throws `RangeError` for any other. */
export function listenAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === null) throw new RangeError(`not a loopback address: ${text}`);
  return address;
}

/** Whether a host, as it is listened on (`::1`, without brackets), is one that is served. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.includes(urlName(host));
}

/** A host as it stands in a URL: IPv6 in brackets. */
export function urlName(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
