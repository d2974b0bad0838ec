import type { Answer } from "../fixtures/contract/answer.ts";
import type { StartedWakuNode } from "../fixtures/contract/node.ts";

/**
 * The node, which tells when it lets a call pass its bound: what it is stuck in it would be stuck in for whoever is lent it next,
 * though it may still give signs of life.
 */
export function tellingOverdue(node: StartedWakuNode, overdue: () => void): StartedWakuNode {
  const told = (api: object): object =>
    Object.fromEntries(
      Object.entries(api).map(([name, member]) => {
        if (typeof member === "function") return [name, (...args: unknown[]) => noted(member.apply(api, args), overdue)];
        return [name, offersCalls(member) ? told(member) : member];
      }),
    );
  return told(node) as StartedWakuNode;
}

const offersCalls = (member: unknown): member is object =>
  typeof member === "object" && member !== null && Object.values(member).some((call) => typeof call === "function");

function noted(result: unknown, overdue: () => void): unknown {
  if (!(result instanceof Promise)) return result;
  return result.then((answer: Partial<Answer<unknown>> | undefined) => {
    if (answer?.outcome === "timeout") overdue();
    return answer;
  });
}
