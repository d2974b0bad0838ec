import { secp256k1 } from "@noble/curves/secp256k1";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils";
import fc from "fast-check";
import type { WakuMessageJson } from "../../fixtures/contract/message.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { PayloadKey } from "../../fixtures/contract/rules.ts";
import { type PlainText, readPayload } from "../../rfc-checks/rules/payload.ts";
import { decryptAsymmetric, decryptSymmetric, encryptAsymmetric, encryptSymmetric } from "../../rfc-checks/rules/payload-encryption.ts";
import vectors from "../../rfc-checks/vectors/payload.json" with { type: "json" };
import { publishes } from "../functions.ts";
import { sampled } from "../random-inputs.ts";

export const ofPublished = publishes("encryption");

export const base64 = (data: Uint8Array): string => Buffer.from(data).toString("base64");
export const ofBase64 = (text: string | undefined): Uint8Array => Uint8Array.from(Buffer.from(text ?? "", "base64"));

const { symmetric, receiver, ephemeral, signer } = vectors.keys;
const [nonce, iv] = [hexToBytes(vectors.nonce), hexToBytes(vectors.iv)];

/** Both ways to encrypt: the key to do it with, the key to undo it with, the same of somebody else, and the rule. */
export interface Way {
  readonly encrypting: PayloadKey;
  readonly decrypting: PayloadKey;
  readonly stranger: PayloadKey;
  seal(plainText: Uint8Array): Uint8Array;
  open(data: Uint8Array): Uint8Array | undefined;
  readonly requirement: string;
}
export const ways = {
  symmetric: {
    encrypting: { symmetric },
    decrypting: { symmetric },
    stranger: { symmetric: receiver },
    seal: (plainText) => encryptSymmetric(plainText, hexToBytes(symmetric), nonce),
    open: (data) => decryptSymmetric(data, hexToBytes(symmetric)),
    requirement: "26-PAYLOAD-05",
  },
  asymmetric: {
    encrypting: { asymmetric: bytesToHex(secp256k1.getPublicKey(receiver, false)) },
    decrypting: { asymmetric: receiver },
    stranger: { asymmetric: signer },
    seal: (plainText) => encryptAsymmetric(plainText, secp256k1.getPublicKey(receiver), hexToBytes(ephemeral), iv),
    open: (data) => decryptAsymmetric(data, hexToBytes(receiver)),
    requirement: "26-PAYLOAD-06",
  },
} satisfies Record<string, Way>;
export const wayNames = Object.keys(ways) as (keyof typeof ways)[];

/** Around the ends of a block and of a length of one byte and of two, and any. */
export const payloads: readonly Uint8Array[] = [
  ...[0, 1, 188, 189, 190, 253, 254, 255, 256, 257, 65_535, 65_536].map((size) => new Uint8Array(size).fill(0x61)),
  ...sampled(fc.uint8Array({ maxLength: 1_000 }), 15),
];

/** What a participant encrypts, opened by the rule. */
export async function sealedBy(
  subject: StartedWakuNode,
  way: Way,
  payload: Uint8Array,
  signedBy?: string,
): Promise<{ readonly version: number | null; readonly bytes: number | null; readonly plainText?: PlainText }> {
  const told = { payload: base64(payload), key: way.encrypting, ...(signedBy !== undefined && { signer: signedBy }) };
  const answer = await subject.rules?.encrypt(told);
  const opened = way.open(ofBase64(answer?.value?.payload));
  const reading = opened && readPayload(opened);
  return {
    version: answer?.value?.version ?? null,
    bytes: opened?.length ?? null,
    ...(reading && "plainText" in reading && { plainText: reading.plainText }),
  };
}

export const messageOf = (data: Uint8Array, version?: number): WakuMessageJson => ({
  payload: base64(data),
  ...(version !== undefined && { version }),
});
export const encryptedVersion = 1;
export const same = (left: Uint8Array | undefined, right: Uint8Array): boolean =>
  left !== undefined && bytesToHex(left) === bytesToHex(right);
