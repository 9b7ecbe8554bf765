/** The part we use; the package brings no types. Byte-range locks of the open file description (OFD). */
declare module 'fs-native-extensions' {
  /** False when another open file description holds a byte of the range. */
  export function tryLock(
    fd: number,
    offset: number,
    length: number,
    options?: { readonly shared: boolean },
  ): boolean;
  export function unlock(fd: number, offset: number, length: number): void;
}
