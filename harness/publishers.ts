import { publicKeyOf } from "../rfc-checks/rules/ecdsa.ts";
import type { Seeded } from "./random.ts";

/** Private key, 64 hex digits, that publishers of one name share to sign for protected shards. */
export const publisherKey = (seeded: Seeded, name: string): string => seeded.hex(`publisher ${name}`);

/** What the operator of a protected shard is given of it, in the form that every node takes. */
export const publicKeyText = (privateKey: string): string => publicKeyOf(privateKey).uncompressed;
