/** So many bytes without a pattern, the same for the same seed (mulberry32). */
export function noise(seed: number, size: number): Uint8Array {
  let state = seed | 0;
  return Uint8Array.from({ length: size }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) & 0xff;
  });
}
