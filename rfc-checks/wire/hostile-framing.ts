import { frame, joined, lengthPrefix } from "./framing.ts";
import { maxMessageBytes } from "./message.ts";

/** What is done on a stream, in order. */
export type Step =
  | { readonly write: Uint8Array }
  /** the writing side */
  | { readonly close: true }
  | { readonly reset: true }
  /** nothing, for as long as the other side waits for more */
  | { readonly wait: "silence" };

export interface FramingScript {
  /** Fit for the name of a variant, stable. */
  readonly name: string;
  readonly steps: readonly Step[];
}

const write = (...parts: readonly Uint8Array[]): Step => ({ write: joined(parts) });
const close: Step = { close: true };
const reset: Step = { reset: true };
const silence: Step = { wait: "silence" };
const script = (name: string, ...steps: readonly Step[]): FramingScript => ({ name, steps });

const bytewise = (bytes: Uint8Array): Step[] => Array.from(bytes, (byte) => write(Uint8Array.of(byte)));
const halves = (bytes: Uint8Array): [Step, Step] => [write(bytes.subarray(0, bytes.length >> 1)), write(bytes.subarray(bytes.length >> 1))];

/** Ways by the book to send one message: whoever takes one takes them all. */
export function fairFramings(message: Uint8Array): readonly FramingScript[] {
  const whole = frame(message);
  const [first, second] = halves(whole);
  return [
    script("in-one-write", write(whole), close),
    script("length-then-body", write(lengthPrefix(message.length)), write(message), close),
    script("in-halves", first, second, close),
    script("byte-by-byte", ...bytewise(whole), close),
    script("slow-writer", first, silence, second, close),
    script("not-closed", write(whole), silence),
  ];
}

const manyFrames = 100;

/** Many messages on one stream, where a protocol has one: what becomes of the later ones is observed. */
export function manyFramings(message: Uint8Array): readonly FramingScript[] {
  const frames = Array.from({ length: manyFrames }, () => frame(message));
  return [
    script("many-in-one-write", write(...frames), close),
    script("many-writes", ...frames.map((each) => write(each)), close),
    script("frame-then-half", write(frame(message)), halves(frame(message))[0], close),
    script("frame-then-noise", write(frame(message), new Uint8Array(9).fill(0xff)), close),
    script("frame-then-zero-length", write(frame(message), Uint8Array.of(0)), close),
  ];
}

/** Lengths at the edges of the integers in which they may be kept. */
const hugeLengths: Readonly<Record<string, bigint>> = {
  "ten-times-limit": BigInt(maxMessageBytes) * 10n,
  "int32-max": 2n ** 31n - 1n,
  "int32-over": 2n ** 31n,
  "uint32-max": 2n ** 32n - 1n,
  "uint32-over": 2n ** 32n,
  "int53-over": 2n ** 53n,
  "int64-max": 2n ** 63n - 1n,
  "int64-over": 2n ** 63n,
  "uint64-max": 2n ** 64n - 1n,
};

/** The same varint, one byte longer. */
const padded = (varint: Uint8Array): Uint8Array => Uint8Array.of(...varint.subarray(0, -1), (varint.at(-1) ?? 0) | 0x80, 0);

/** Ways not to send a message: no frame of it is whole and by the book. */
export function brokenFramings(message: Uint8Array): readonly FramingScript[] {
  const length = message.length;
  const whole = frame(message);
  const [half] = halves(whole);
  return [
    script("no-length", write(message), close),
    script("length-short", write(lengthPrefix(Math.max(0, length - 1)), message), close),
    script("length-long", write(lengthPrefix(length + 1), message), close),
    script("length-long-then-silence", write(lengthPrefix(length + 1), message), silence),
    script("length-alone", write(lengthPrefix(length)), close),
    script("zero-length", write(Uint8Array.of(0)), close),
    script("zero-lengths", write(new Uint8Array(1_000)), close),
    script("zero-length-first", write(Uint8Array.of(0), whole), close),
    script("padded-length", write(padded(lengthPrefix(length)), message), close),
    script("endless-length", write(new Uint8Array(64).fill(0xff)), silence),
    script("half-a-length", write(Uint8Array.of(0x80)), close),
    script("half-a-length-then-silence", write(Uint8Array.of(0x80)), silence),
    ...Object.entries(hugeLengths).map(([name, huge]) => script(`huge-length-${name}`, write(lengthPrefix(huge)), silence)),
    script("huge-frame", write(frame(new Uint8Array(maxMessageBytes * 10))), close),
    script("half-then-close", half, close),
    script("half-then-silence", half, silence),
    script("half-then-reset", half, reset),
    script("close-at-once", close),
    script("reset-at-once", reset),
    script("silence-at-once", silence),
    script("reset-after-frame", write(whole), reset),
  ];
}
