/** The mesh of one shard over the time of a check, as a small picture. */

import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { type Html, html } from "../pages/html.ts";
import type { ShardHealth } from "./picture.ts";

const [width, height, most] = [120, 26, 14];
const y = (size: number): string => (height - 1 - (Math.min(size, most) / most) * (height - 2)).toFixed(1);

/** Steps from change to change, over the band in which a mesh is sound. @param endMs of the check */
export function plot({ shard, history, mesh }: ShardHealth, endMs: number): Html {
  const x = (ms: number): string => ((ms / Math.max(endMs, 1)) * width).toFixed(1);
  const steps = history.flatMap(([ms, size], index) => [
    `${index === 0 ? "M" : "H"}${x(ms)}${index === 0 ? ` ${y(size)}` : ""}`,
    `V${y(size)}`,
  ]);
  const label = `mesh links of shard ${shard} over ${(endMs / 1000).toFixed(1)} s, ${mesh} in the end`;
  return html`<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><rect class="band" x="0" y="${y(dHigh)}" width="${width}" height="${(Number(y(dLow)) - Number(y(dHigh))).toFixed(1)}"/><path d="${[...steps, `H${width}`].join("")}"/></svg>`;
}
