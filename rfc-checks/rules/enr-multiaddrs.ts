import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";

export type MultiaddrsReading = { readonly multiaddrs: readonly Multiaddr[] } | { readonly fault: "cut" | "no-multiaddr" };

/**
 * The addresses of a `multiaddrs` value: binary multiaddrs, each after its size in 2 bytes, big-endian (31-ENR-02, 31-ENR-03).
 * One with a peer id is a circuit-relay address, which is stored without its `/p2p-circuit`; it comes back with it (31-ENR-10).
 */
export function readMultiaddrs(value: Uint8Array): MultiaddrsReading {
  const multiaddrs: Multiaddr[] = [];
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  for (let at = 0; at < value.length; ) {
    if (at + 2 > value.length) return { fault: "cut" };
    const end = at + 2 + view.getUint16(at);
    if (end > value.length) return { fault: "cut" };
    const address = addressOf(value.slice(at + 2, end));
    if (address === undefined) return { fault: "no-multiaddr" };
    multiaddrs.push(address);
    at = end;
  }
  return { multiaddrs };
}

function addressOf(bytes: Uint8Array): Multiaddr | undefined {
  try {
    const stored = multiaddr(bytes);
    const names = stored.protoNames();
    if (names.length === 0) return undefined;
    return names.includes("p2p") && !names.includes("p2p-circuit") ? stored.encapsulate("/p2p-circuit") : stored;
  } catch {
    return undefined;
  }
}
