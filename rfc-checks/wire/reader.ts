import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** Bytes that are no protobuf message, or no frame. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Refuses what the reader below it lets pass: varints of more than 64 bits and lengths of more than 32. */
export class StrictReader extends BinaryReader {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.pos >= this.len;
  }

  varint(): bigint {
    const start = this.pos;
    const value = BigInt(this.uint64());
    if (this.pos - start === 10 && (this.#bytes[this.pos - 1] ?? 0) > 1) throw new WireError("a varint of more than 64 bits");
    return value;
  }

  /** What a length announces, not copied. */
  block(): Uint8Array {
    const length = this.varint();
    const start = this.pos;
    if (length > BigInt(this.len - start)) throw new WireError(`${length} bytes announced, ${this.len - start} left`);
    this.pos += Number(length);
    return this.#bytes.subarray(start, this.pos);
  }

  pass(wireType: WireType, number: number): void {
    if (wireType === WireType.Varint) this.varint();
    else if (wireType === WireType.LengthDelimited) this.block();
    else this.skip(wireType, number);
  }
}
