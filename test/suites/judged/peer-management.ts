import { type Judged, ok, refused } from "../judged.ts";

export const judged: Readonly<Record<string, Judged>> = {
  "peer-management/mixed-meshes": [
    { thin: [], oneSided: [] },
    ["wrong-value", { thin: ["/waku/2/rs/16/0: first has 3 of 5"] }],
    ["wrong-value", { oneSided: ["/waku/2/rs/16/0: first has second"] }],
  ],
  "peer-management/mixed-leave": [
    { formed: [], left: ok, holding: [], thin: [], oneSided: [] },
    ["wrong-value", { formed: ["/waku/2/rs/16/0: first has 3 of 5"] }],
    ["invalid-topic", { left: refused("invalid-topic") }],
    ["answered-success-no-effect", { holding: ["first"] }],
    ["wrong-value", { thin: ["/waku/2/rs/16/0: first has 3 of 4"] }],
    ["wrong-value", { oneSided: ["/waku/2/rs/16/0: first has second"] }],
  ],
};
