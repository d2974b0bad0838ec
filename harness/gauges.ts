import parse from "parse-prometheus-text-format";
import type { Gauge } from "../fixtures/contract/capabilities.ts";
import type { StartedWakuNode } from "../fixtures/contract/node.ts";

/** What a node's metrics say of its peers, over all labels; undefined where it has no such metric. */
export async function gauge({ capabilities, metrics }: StartedWakuNode, name: Gauge): Promise<number | undefined> {
  const wanted = capabilities.gauges[name];
  const text = wanted === undefined ? undefined : (await metrics?.())?.value;
  if (text === undefined) return undefined;
  const family = parse(text).find((one) => one.name === wanted);
  return family?.metrics.reduce((sum, metric) => sum + Number(metric.value ?? 0), 0);
}
