import type { Judged } from "../judged.ts";

const nothingWrong = (code: string): Judged => [{ wrong: [] }, [code, { wrong: [256] }]];

export const judged: Readonly<Record<string, Judged>> = {
  "payload/function-encrypt-symmetric": nothingWrong("not-by-the-book"),
  "payload/function-encrypt-asymmetric": nothingWrong("not-by-the-book"),
  "payload/function-decrypt-symmetric": nothingWrong("refused-valid"),
  "payload/function-decrypt-asymmetric": nothingWrong("refused-valid"),
  "payload/function-tampered-symmetric": [{ taken: [] }, ["accepted-invalid", { taken: ["byte 1"] }]],
  "payload/function-tampered-asymmetric": [{ taken: [] }, ["accepted-invalid", { taken: ["byte 1"] }]],
  "payload/function-padding": [{ unaligned: [] }, ["wrong-value", { unaligned: [3] }]],
  "payload/function-version": [{ versions: [1, 1] }, ["wrong-value", { versions: [1, 0] }], ["wrong-value", { versions: [null, 1] }]],
  "payload/function-sign": nothingWrong("not-by-the-book"),
};
