/** Bits of the `waku2` field of a node record, bit 0 the least significant (31-ENR-12; mix is MIX-01, where 31 has bit 5 undefined). */
const bits = { relay: 0, store: 1, filter: 2, lightpush: 3, sync: 4, mix: 5 } as const;

export type Capability = keyof typeof bits;
export const capabilityBits: Readonly<Record<Capability, number>> = bits;
const names = Object.keys(bits) as Capability[];

export interface Capabilities {
  readonly capabilities: readonly Capability[];
  /** bits that are set and mean nothing; there should be none (31-ENR-15) */
  readonly undefinedBits: readonly number[];
}

export const encodeCapabilities = (capabilities: readonly Capability[]): Uint8Array =>
  Uint8Array.of(capabilities.reduce((flags, capability) => flags | (1 << bits[capability]), 0));

/** The flags of a `waku2` value, which is one byte (31-ENR-11). That none is set is for the caller to judge (31-ENR-16, 31-ENR-17). */
export function decodeCapabilities(value: Uint8Array): Capabilities | { readonly fault: "wrong-length" } {
  const [flags] = value;
  if (flags === undefined || value.length !== 1) return { fault: "wrong-length" };
  const isSet = (bit: number): boolean => ((flags >> bit) & 1) === 1;
  const known: readonly number[] = Object.values(bits);
  return {
    capabilities: names.filter((name) => isSet(bits[name])),
    undefinedBits: [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => isSet(bit) && !known.includes(bit)),
  };
}
