import { among, gone, obstacles } from "../rfc-checks/reasons.ts";
import { type Expansion, keyOf, mixedPlaces } from "./expansion.ts";
import { placeOf } from "./results/places.ts";
import type { Blame, Reason, Verdict } from "./results/schema.ts";

/** The same question with each side of a pair against the reference. */
interface Diagnostics {
  readonly subjectWithReferee: string | undefined;
  readonly peerWithReferee: string | undefined;
}

/** Undefined when the failed check has no peer besides its subject, or one side is the reference already. */
export function diagnosticKeys(
  expansion: Expansion,
  referee: string | undefined,
  exists: (key: string) => boolean,
): Diagnostics | undefined {
  const { definition, variant, cast } = expansion;
  const sides = sidesOf(expansion);
  if (referee === undefined || sides.length !== 2 || sides.some(([, participant]) => participant.referee)) return undefined;
  const against = (kept: string): string | undefined => {
    const name = sides.map(([place, participant]) => `${place}=${place === kept ? participant.name : referee}`).join(",");
    const key = keyOf(definition.id, variant, name);
    return exists(key) ? key : undefined;
  };
  const peer = sides.find(([place]) => place !== definition.subject)?.[0] ?? "";
  return cast[definition.subject] ? { subjectWithReferee: against(definition.subject), peerWithReferee: against(peer) } : undefined;
}

const sidesOf = ({ definition, cast }: Expansion) =>
  Object.entries(definition.topology.places)
    .filter(([, place]) => place.cast === "varies")
    .flatMap(([place]) => (cast[place] ? [[place, cast[place]] as const] : []));

/**
 * Whose fault a failure is.
 * @param verdictOf undefined where it is not going to be known
 */
export async function diagnose(
  expansion: Expansion,
  reasons: readonly Reason[],
  others: Diagnostics | undefined,
  verdictOf: (key: string) => Promise<Verdict | undefined>,
): Promise<Blame> {
  const sides = sidesOf(expansion);
  const subject = expansion.cast[expansion.definition.subject];
  const lost = lostOf(expansion, reasons);
  if (lost.length > 0 && !lost.includes(subject?.name)) return "peer";
  const mixed = new Set(Object.values(expansion.cast).map(({ name }) => name)).size > 1;
  if (mixed && mixedPlaces(expansion.definition.topology).length > 0) return "undetermined";
  if (sides.length < 2) return "subject";
  if (!others) {
    if (sides.length !== 2 || !sides.some(([, { referee }]) => referee)) return "undetermined";
    return subject?.referee ? "peer" : "subject";
  }
  if (!others.subjectWithReferee || !others.peerWithReferee) return "undetermined";
  const [ofSubject, ofPeer] = await Promise.all([verdictOf(others.subjectWithReferee), verdictOf(others.peerWithReferee)]);
  if (ofSubject === "fail" && ofPeer === "pass") return "subject";
  if (ofSubject === "pass" && ofPeer === "fail") return "peer";
  return ofSubject === "pass" && ofPeer === "pass" ? "pair" : "undetermined";
}

/** Who is gone, where that is what is wrong: what else could not be done followed from it. */
function lostOf({ cast, definition }: Expansion, reasons: readonly Reason[]): (string | undefined)[] {
  const wrong = reasons.filter(({ code }) => !among(obstacles, code));
  if (!wrong.every(({ code }) => among(gone, code))) return [];
  // What the check itself started is of the subject's participant.
  return wrong.map((reason) => (cast[placeOf(reason)] ?? cast[definition.subject])?.name);
}
