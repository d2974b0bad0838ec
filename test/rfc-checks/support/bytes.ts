import { createHash } from "node:crypto";

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, "hex"));
/** Not by the library that the rules use. */
export const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");
