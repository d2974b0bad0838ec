import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const sentence = z.string().trim().min(1);

export const requirementSchema = z
  .strictObject({
    id: z.string().regex(/^[A-Z0-9]+(-[A-Z0-9]+)?-\d{2}$/),
    /** RECOMMENDED is SHOULD; where a rule mixes levels, the one that binds. */
    level: z.enum(["MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "def", "shall"]),
    /** Nodes that the rule binds, comma-separated: RN relay, FS/FC filter service and client, LS/LC lightpush, SS/SC store, MD metadata, DISC discovery, PUB publisher, APP application, ALL. */
    role: z.string().regex(/^(RN|FS|FC|LS|LC|SS|SC|MD|DISC|PUB|APP|ALL)(,(RN|FS|FC|LS|LC|SS|SC|MD|DISC|PUB|APP|ALL))*$/),
    /** Comma-separated: W wire, B black box, V vector, C configuration, T takes time, X not to be checked by machine. */
    how: z.string().regex(/^[WBVCTX](,[WBVCTX])*$/),
    section: sentence,
    /** In our words. */
    rule: sentence,
    /** Of a recommendation: what it is good for. */
    because: sentence.optional(),
    /** Where the documents are silent or contradict one another. */
    doubt: sentence.optional(),
    /** Why no check tests it, and none will. */
    excluded: sentence.optional(),
    /** Ids of the checks that test it; without them, and without `excluded`, it is untested so far. */
    checks: z.array(z.string()).nonempty().optional(),
  })
  .refine(({ excluded, checks }) => excluded === undefined || checks === undefined, "a row is excluded or has checks, not both");

const scopeSchema = z.strictObject({
  /** Elsewhere the rules are observed, never failed. */
  clusters: z.array(z.int()).nonempty().optional(),
  /** Where else they hold, in words: a check that cites one of them sets it up. Says so where that cannot be done offline. */
  where: sentence.optional(),
});

const specificationSchema = z.strictObject({
  specification: sentence,
  /** repository@commit */
  source: sentence,
  /** Path in the repository. */
  document: sentence.optional(),
  /** Rules of this harness, which no document has. */
  own: z.literal(true).optional(),
  /** What this harness recommends where the documents are silent: reported, never red. */
  recommendation: z.literal(true).optional(),
  /** What comes before its rules where they are printed. */
  introduction: sentence.optional(),
  scope: scopeSchema.optional(),
  requirements: z.array(requirementSchema).nonempty(),
});

type Specification = z.infer<typeof specificationSchema>;

export type Requirement = z.infer<typeof requirementSchema> &
  Pick<Specification, "specification" | "source" | "document" | "introduction"> & {
    readonly scope: z.infer<typeof scopeSchema>;
    readonly own: boolean;
    readonly recommendation: boolean;
  };

const folder = new URL("./ledger/", import.meta.url);

function read(): Map<string, Requirement> {
  const ledger = new Map<string, Requirement>();
  for (const file of readdirSync(folder).sort()) {
    const parsed = specificationSchema.safeParse(parse(readFileSync(new URL(file, folder), "utf8")));
    if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
    const { requirements, scope = {}, own = false, recommendation = false, ...specification } = parsed.data;
    for (const requirement of requirements) {
      if (ledger.has(requirement.id)) throw new Error(`${file}: ${requirement.id} is in the ledger twice`);
      ledger.set(requirement.id, { ...requirement, ...specification, scope, own, recommendation });
    }
  }
  return ledger;
}

/** Every rule that a check may cite, by id. */
export const ledger: ReadonlyMap<string, Requirement> = read();

/** Does a check rest on recommendations alone? */
export const isAdvice = (ids: readonly string[]): boolean => ids.length > 0 && ids.every((id) => ledger.get(id)?.recommendation === true);

const strictest: readonly Requirement["level"][] = ["MUST NOT", "MUST", "def", "shall", "SHOULD NOT", "SHOULD", "MAY"];

/**
 * The level at which cited rules bind in a cluster: MAY when none of them is in scope there.
 * @throws when an id is not in the ledger
 */
export function bindingLevel(ids: readonly string[], cluster: number): Requirement["level"] {
  const bound = ids.map((id) => {
    const requirement = ledger.get(id);
    if (!requirement) throw new Error(`${id} is not in the ledger`);
    return requirement.scope.clusters?.includes(cluster) === false ? "MAY" : requirement.level;
  });
  return strictest.find((level) => bound.includes(level)) ?? "MAY";
}
