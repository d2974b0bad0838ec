import { check } from "../../harness/check.ts";
import { askings } from "../asking.ts";
import { hostileAnswers, hostileFramings } from "../hostile-answers.ts";

describe("lightpush client and answers", () => {
  const [v2, v3] = [askings["lightpush-v2"], askings["lightpush-v3"]];

  check({
    ...hostileAnswers(v2),
    id: "lightpush/wire-client-hostile-answer-v2",
    title: "a client of version 2 takes no answer that does not say so for success, and still works with a fair service after every kind",
    requirements: ["19-LPV2-02", "CONN-05"],
  });

  check({
    ...hostileAnswers(v3),
    id: "lightpush/wire-client-hostile-answer-v3",
    title: "a client of version 3 takes no answer without a status for success, and still works with a fair service after every kind",
    requirements: ["19-LPV3-01", "19-LPV3-14", "CONN-05"],
  });

  check({
    ...hostileFramings(v2),
    id: "lightpush/wire-client-answer-framing-v2",
    title: "a client of version 2 takes an answer in every fair framing, and still one in the plainest after every broken one",
    requirements: ["10-WAKU2-01", "19-LPV2-02", "CONN-05"],
  });

  check({
    ...hostileFramings(v3),
    id: "lightpush/wire-client-answer-framing-v3",
    title: "a client of version 3 takes an answer in every fair framing, and still one in the plainest after every broken one",
    requirements: ["10-WAKU2-01", "19-LPV3-01", "CONN-05"],
  });
});
