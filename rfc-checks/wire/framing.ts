import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { StrictReader, WireError } from "./reader.ts";

/** multiformats unsigned-varint: no longer than this, and no longer than needed. */
const maxPrefixBytes = 9;

/** An unsigned varint, up to 64 bits. */
export const lengthPrefix = (length: number | bigint): Uint8Array => new BinaryWriter().uint64(length).finish();

/** A message behind its length (10/WAKU2, Use of libp2p and Protobuf). */
export const frame = (message: Uint8Array): Uint8Array => joined([lengthPrefix(message.length), message]);

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const part of parts) writer.raw(part);
  return writer.finish();
}

/** Frames of one stream, in chunks of any size. */
export class FrameReader {
  readonly #maxBytes: number;
  /** What came since the last whole frame; joined only when a frame may be whole. */
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  #needed = 1;
  #fault: Error | undefined;

  /** @param maxBytes of a message; a larger announcement is refused unread */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of a frame that is not whole yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Takes the next chunk of the stream.
   * @returns the messages that it completed
   * @throws WireError for a length that is not minimal, too long or too large; behind whole messages, at the next call
   */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.#fault) throw this.#fault;
    this.#chunks.push(chunk);
    this.#waiting += chunk.length;
    if (this.#waiting < this.#needed) return [];
    let rest = joined(this.#chunks);
    const messages: Uint8Array[] = [];
    for (let message = this.#next(rest); message; message = this.#next(rest)) {
      messages.push(message);
      rest = rest.subarray(this.#needed);
    }
    this.#chunks = [rest];
    this.#waiting = rest.length;
    if (this.#fault && messages.length === 0) throw this.#fault;
    return messages;
  }

  /** @throws WireError when the stream ends within a frame */
  end(): void {
    if (this.#fault) throw this.#fault;
    if (this.#waiting > 0) throw new WireError(`the stream ended ${this.#waiting} bytes into a frame`);
  }

  /** The first message, if it is whole; says what is needed for it. */
  #next(bytes: Uint8Array): Uint8Array | undefined {
    try {
      const prefix = prefixBytes(bytes);
      this.#needed = prefix === undefined ? bytes.length + 1 : prefix + this.#length(bytes.subarray(0, prefix));
      return bytes.length < this.#needed ? undefined : bytes.slice(prefix, this.#needed);
    } catch (error) {
      this.#fault = error as Error;
      return undefined;
    }
  }

  #length(prefix: Uint8Array): number {
    if (prefix.length > 1 && prefix.at(-1) === 0) throw new WireError("a length that is longer than needed");
    const length = new StrictReader(prefix).varint();
    if (length > BigInt(this.#maxBytes)) throw new WireError(`a frame of ${length} bytes announced, ${this.#maxBytes} allowed`);
    return Number(length);
  }
}

/** Bytes of the length at the start, or undefined when there is more of it to come. */
function prefixBytes(bytes: Uint8Array): number | undefined {
  const last = bytes.findIndex((byte) => byte < 0x80);
  if (last >= maxPrefixBytes || (last === -1 && bytes.length >= maxPrefixBytes)) throw new WireError("a length of more than nine bytes");
  return last === -1 ? undefined : last + 1;
}
