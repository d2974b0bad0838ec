/**
 * The closed list of reason codes: why a node refused, and why a verdict is not a pass.
 * Adapters translate error texts of an implementation into the first group; judges use the second.
 */

/** Why a node refused a request; an adapter that does not know an error text reports `unknown-refusal`. */
export const refusals = [
  "bad-request",
  "invalid-pubsub-topic",
  "invalid-content-topic",
  "shard-not-served",
  "not-subscribed",
  "no-subscription",
  "no-relay-peers",
  "no-service-peer",
  "message-too-large",
  "missing-payload",
  "missing-content-topic",
  "invalid-meta",
  "validation-failed",
  "too-many-criteria",
  "rate-limited",
  "not-found",
  "did-not-start",
  "dial-failed",
  "protocol-not-served",
  "no-common-muxer",
  "no-common-transport",
  "connection-closed",
  "internal-error",
  "unknown-refusal",
] as const;

/** Why a check did not pass. */
const findings = [
  "answered-success-no-effect",
  "refused-with-effect",
  "refused-valid",
  "accepted-invalid",
  "accepted-invalid-topic",
  "wrong-reason",
  "wrong-status-code",
  "wrong-request-id",
  "not-delivered",
  "delivered-to-unsubscribed",
  "delivered-twice",
  "field-changed",
  "not-connected",
  "disconnected",
  "protocol-missing",
  "capability-mismatch",
  "limit-too-low",
  "limit-too-high",
  "wrong-value",
  "not-by-the-book",
  "no-answer",
] as const;

/** That a node ended, hung or gave no sign of life. */
export const gone = ["node-died", "node-hung", "node-unresponsive"] as const;

/** Why there is no verdict on the subject. */
export const obstacles = [
  "blocked-by-connectivity",
  "runtime-lacks",
  "participant-absent",
  "topology-not-formed",
  "harness-threw",
] as const;

export const reasonCodes = [...refusals, ...findings, ...gone, ...obstacles] as const;
export const among = (codes: readonly ReasonCode[], code: ReasonCode): boolean => codes.includes(code);
export type Refusal = (typeof refusals)[number];
export type ReasonCode = (typeof reasonCodes)[number];
