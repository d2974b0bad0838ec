import { check } from "../../harness/check.ts";
import { askings } from "../asking.ts";
import { hostileAnswers, hostileFramings } from "../hostile-answers.ts";

describe("filter client and answers", () => {
  check({
    ...hostileAnswers(askings.filter),
    id: "filter/wire-client-hostile-answer",
    revision: 2,
    title: "a client takes no answer without a status for success, and still works with a service that is fair after every kind",
    requirements: ["12-FILTER-11", "CONN-05"],
  });

  check({
    ...hostileFramings(askings.filter),
    id: "filter/wire-client-answer-framing",
    revision: 2,
    title: "a client takes an answer in every fair framing, and still one in the plainest after every broken one",
    requirements: ["10-WAKU2-01", "12-FILTER-11", "CONN-05"],
  });
});
