import parse from "parse-prometheus-text-format";
import type { Gauge } from "../fixtures/contract/capabilities.ts";
import type { StartedWakuNode } from "../fixtures/contract/node.ts";

/**
 * What a node's metrics say of its peers or streams, over all labels but those that are given.
 * @returns undefined where it has no such metric, or none with these labels
 */
export async function gauge(
  { capabilities, metrics }: StartedWakuNode,
  name: Gauge,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const wanted = capabilities.gauges[name];
  const text = wanted === undefined ? undefined : (await metrics?.())?.value;
  if (text === undefined) return undefined;
  const family = parse(text).find((one) => one.name === wanted);
  const those = family?.metrics.filter((metric) => Object.entries(labels).every(([label, value]) => metric.labels?.[label] === value));
  return those === undefined || those.length === 0 ? undefined : those.reduce((sum, metric) => sum + Number(metric.value ?? 0), 0);
}
