// What is wrong with the version that a searcher answers from, for callers that show it or act on it.

export type Damage =
  /** The wanted version cannot be read at all: an older one answers. */
  | { readonly kind: "version"; readonly reason: string }
  /** A segment's vectors or words cannot be read: searches by meaning, or by words, leave its rows out. */
  | {
      readonly kind: "vectors" | "words";
      readonly segment: string;
      /** Rows of the segment that are left out. */
      readonly rows: number;
      readonly reason: string;
    };

export interface Degraded {
  /** Number of the version that was wanted (the newest, where none was addressed), and of the one that answers. */
  readonly newest: number;
  readonly served: number;
  /** At least one. */
  readonly damage: readonly Damage[];
  /** All of it in sentences for a person. */
  readonly reason: string;
}

const sentence = (damage: Damage, { newest, served }: Pick<Degraded, "newest" | "served">) => {
  if (damage.kind === "version")
    return served < newest
      ? `Version ${newest} is damaged, so version ${served} is served: ${damage.reason}`
      : `The newest version is damaged, so version ${served} is served: ${damage.reason}`;
  const search = damage.kind === "vectors" ? "meaning" : "words";
  return `The ${damage.kind} of segment ${damage.segment} are damaged, so searches by ${search} leave out its ${damage.rows} rows: ${damage.reason}`;
};

/** null where there is no damage. */
export const degradedBy = (
  damage: readonly Damage[],
  versions: Pick<Degraded, "newest" | "served">,
): Degraded | null =>
  damage.length === 0
    ? null
    : {
        ...versions,
        damage,
        reason: damage.map((one) => sentence(one, versions)).join(" "),
      };
