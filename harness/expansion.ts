import type { ReadyParticipant } from "../fixtures/contract/adapter.ts";
import type { Settings } from "../fixtures/contract/settings.ts";
import { bindingLevel } from "../rfc-checks/ledger.ts";
import { canPlay, type Place, type Topology } from "../topologies/topology.ts";
import type { CheckDefinition } from "./definition.ts";
import { defaultNetwork, type Network } from "./network.ts";
import type { Level } from "./results/schema.ts";

export type AnyDefinition = CheckDefinition<unknown, unknown>;

/** What of a participant decides which casts it is in. */
type Player = Pick<ReadyParticipant, "name" | "implementation" | "further" | "adapts" | "referee" | "capabilities">;
type Cast<P> = Record<string, P>;

/** One check put to one participant in one cast. */
export interface Expansion<P extends Player = ReadyParticipant> {
  readonly key: string;
  readonly title: string;
  readonly definition: AnyDefinition;
  readonly variant: string | null;
  /** place → participant */
  readonly cast: Readonly<Cast<P>>;
  readonly area: string;
  readonly tags: readonly string[];
  readonly level: Level;
  readonly network: Network;
  /** by place */
  readonly settings: Readonly<Record<string, Settings>>;
}

/** Names and inputs; a check without variants has one row without a name. */
export const variantsOf = ({ variants }: AnyDefinition): (readonly [string | null, unknown])[] =>
  variants ? Object.entries(variants) : [[null, undefined]];

export const networkOf = (definition: AnyDefinition, input: unknown): Network => ({ ...defaultNetwork, ...definition.network?.(input) });

/** Every cast of a check, from what the participants declare. */
export function expand<P extends Player>(definition: AnyDefinition, participants: readonly P[]): Expansion<P>[] {
  const [area] = definition.id.split("/") as [string];
  const tags = [`#${area}`, ...(definition.tags ?? [])];
  const rows = variantsOf(definition).map(([variant, input]) => {
    const network = networkOf(definition, input);
    const level = bindingLevel(definition.requirements, network.clusterId);
    return { variant, input, network, level };
  });
  const found = casts(definition, participants).flatMap((cast) => {
    const declared = Object.fromEntries(Object.entries(cast).map(([place, { capabilities }]) => [place, capabilities]));
    return rows.flatMap(({ input, ...row }) => {
      if (definition.meaningful?.(declared, input) === false) return [];
      const { variant } = row;
      const settings = definition.settings?.(input, declared) ?? {};
      const key = keyOf(definition.id, variant, castName(definition.topology, cast));
      const title = `${definition.title}${variant === null ? "" : `: ${variant}`} [${definition.requirements.join(" ")}] ${key} ${tags.join(" ")}`;
      return [{ ...row, settings, key, title, definition, cast, area, tags }];
    });
  });
  const keys = new Set(found.map(({ key }) => key));
  return found.filter((expansion) => !keys.has(askedOfPublished(expansion) ?? ""));
}

/** The row that puts to a published participant what this one puts to an adapted form of it, alone. Of the two, that one counts. */
function askedOfPublished<P extends Player>({ definition, variant, cast }: Expansion<P>): string | undefined {
  const [[place, player] = [], ...others] = Object.entries(cast);
  if (place === undefined || player?.adapts === undefined || others.length > 0) return undefined;
  return keyOf(definition.id, variant, castName(definition.topology, { [place]: { name: player.adapts } }));
}

export const keyOf = (id: string, variant: string | null, cast: string): string => `${id}${variant === null ? "" : `/${variant}`}@${cast}`;

const varying = (topology: Topology): [string, Place][] => Object.entries(topology.places).filter(([, place]) => place.cast === "varies");

/** The part of a cast that tells its rows apart; thirds follow from it. A composition is named once, as `mixed=one+other`. */
export function castName(topology: Topology, cast: Readonly<Record<string, { name: string }>>): string {
  const members = new Set(mixedPlaces(topology).map((place) => cast[place]?.name));
  const named = varying(topology).map(([place]) => `${place}=${cast[place]?.name}`);
  return [...named, ...(members.size > 0 ? [`mixed=${[...members].sort().join("+")}`] : [])].join(",");
}

/** Those that a composition plays. */
export const mixedPlaces = (topology: Topology): string[] =>
  Object.keys(topology.places).filter((name) => topology.places[name]?.cast === "mixed");

function casts<P extends Player>(definition: AnyDefinition, participants: readonly P[]): Cast<P>[] {
  const { topology, subject, roles = [] } = definition;
  const fits = (name: string, place: Place, participant: P) =>
    canPlay(participant.capabilities, place) && (name !== subject || roles.every((role) => participant.capabilities.roles.includes(role)));
  const joined = varying(topology).reduce<Cast<P>[]>(
    (found, [name, place]) =>
      found.flatMap((cast) =>
        participants
          .filter((participant) => fits(name, place, participant) && Object.values(cast).every((other) => pairable(participant, other)))
          .map((participant) => ({ ...cast, [name]: participant })),
      ),
    [{}],
  );
  return joined
    .flatMap((cast) => withMixed(topology, cast, cast[subject], participants))
    .map((cast) => withThirds(topology, cast, participants))
    .filter((cast) => cast !== undefined)
    .filter((cast) => topology.links.every(([from, to]) => meets(cast[from], cast[to])));
}

/** Can one of the two be dialled by the other? Where not, there is no link to ask about. */
const meets = (left: Player | undefined, right: Player | undefined): boolean =>
  left !== undefined && right !== undefined && (dialable(left, right) || dialable(right, left));

/** A version that the user added pairs with its siblings and with the reference only. */
function pairable(left: Player, right: Player): boolean {
  if (!left.further && !right.further) return true;
  return left.implementation === right.implementation || left.referee === true || right.referee === true;
}

/** All of one, halves and thirds: who is there besides the subject's participant is of another implementation, and can reach the others. */
function withMixed<P extends Player>(topology: Topology, cast: Cast<P>, own: P | undefined, participants: readonly P[]): Cast<P>[] {
  const places = mixedPlaces(topology);
  if (places.length === 0 || own === undefined) return [cast];
  const place = topology.places[places[0] as string] as Place;
  const joins = (one: P, members: readonly P[]) =>
    canPlay(one.capabilities, place) &&
    members.every((other) => other.implementation !== one.implementation && pairable(one, other) && reach(one, other));
  const pairs = participants.filter((one) => joins(one, [own])).map((one) => [own, one]);
  const triples = pairs.flatMap(([, one], index) =>
    pairs.slice(index + 1).flatMap(([, other]) => (joins(other as P, [one as P]) ? [[own, one as P, other as P]] : [])),
  );
  return [[own], ...pairs, ...triples].map((members) => ({
    ...cast,
    ...Object.fromEntries(places.map((name, index) => [name, members[(index + 1) % members.length] as P])),
  }));
}

/** Fills the remaining places, preferring an implementation that has no part yet and can reach its neighbours. */
function withThirds<P extends Player>(topology: Topology, cast: Cast<P>, participants: readonly P[]): Cast<P> | undefined {
  const full = { ...cast };
  for (const [name, place] of Object.entries(topology.places)) {
    if (place.cast === "varies" || place.cast === "mixed") continue;
    const neighbours = topology.links.flatMap(([from, to]) => (from === name ? [to] : to === name ? [from] : []));
    const able = participants.filter(
      (one) =>
        canPlay(one.capabilities, place) &&
        (place.cast === "third" ? !one.further && one.adapts === undefined : one.referee) &&
        neighbours.every((other) => full[other] === undefined || reach(one, full[other])),
    );
    const parts = Object.values(full).map(({ implementation }) => implementation);
    const chosen = [...able].sort((a, b) => rank(a, parts) - rank(b, parts))[0];
    if (!chosen) return undefined;
    full[name] = chosen;
  }
  return full;
}

/** Fewer parts first; then the reference. */
const rank = (one: Player, parts: readonly string[]): number =>
  parts.filter((part) => part === one.implementation).length * 2 + (one.referee ? 0 : 1);

/** Have two participants a transport and a muxer in common? */
export const reach = (left: Player, right: Player): boolean =>
  (dialable(left, right) || dialable(right, left)) && left.capabilities.muxers.some((muxer) => right.capabilities.muxers.includes(muxer));

const dialable = (from: Player, to: Player): boolean =>
  from.capabilities.dials.some((transport) => to.capabilities.transports.includes(transport));
