export const exitCodes: Readonly<Record<string, string>> = {
  "0": "every failure is in the baseline, and no baseline row is stale",
  "1": "a failure, or a node that did not start, which the baseline does not list, a stale baseline row, no verdict at all, a participant that never started, or a rule that claims a check which did not run",
  "2": "wrong usage: an unknown flag, a node that was named and cannot take part, a --grep that selects nothing, no full run",
  "3": "a fault of the harness itself, or a report that could not be written",
  "4": "results could not be written",
  "130": "stopped by Ctrl-C; what was done is in the result file",
};
