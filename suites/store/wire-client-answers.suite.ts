import { check } from "../../harness/check.ts";
import { askings } from "../asking.ts";
import { hostileAnswers, hostileFramings } from "../hostile-answers.ts";

describe("store client and answers", () => {
  check({
    ...hostileAnswers(askings.store),
    id: "store/wire-client-hostile-answer",
    title: "a client takes no answer without a status for success, and still works with a service that is fair after every kind",
    requirements: ["13-STORE-34", "CONN-05"],
  });

  check({
    ...hostileFramings(askings.store),
    id: "store/wire-client-answer-framing",
    title: "a client takes an answer in every fair framing, and still one in the plainest after every broken one",
    requirements: ["10-WAKU2-01", "13-STORE-34", "CONN-05"],
  });
});
