// Checks a traced history: compares the ids and events of an invented pair of versions with what was really done.
import type { LineageCase } from "./lineage.builders.ts";
import type { Lineage } from "./lineage.ts";
import type { LineageEvent } from "./lineage-events.ts";

/** Events of one kind: reported rightly, missed, reported wrongly. */
export interface Tally {
  right: number;
  missed: number;
  wrong: number;
}

export interface Verdict {
  readonly right: boolean;
  readonly tallies: ReadonlyMap<string, Tally>;
  /** What went wrong, as sentences. */
  readonly says: readonly string[];
}

/** A share that changed by less than this factor is unchanged; between this and the next constant either answer is accepted. */
const same = 1.12;
const another = 1.45;

/** Every cluster must have its id, and every event must be reported, and no other. */
export function judge(given: LineageCase, told: Lineage<string>): Verdict {
  const expected = expectedOf(given, told);
  const got = told.events.map((event) => nameOf(event));
  const tallies = new Map<string, Tally>();
  const says: string[] = [];
  const tallyOf = (kind: string): Tally => {
    const tally = tallies.get(kind) ?? { right: 0, missed: 0, wrong: 0 };
    tallies.set(kind, tally);
    return tally;
  };
  const kindOf = (event: string) => event.split(" ")[0] ?? "";
  const left = new Set(got);
  for (const choices of expected) {
    const hit = choices.find((choice) => left.has(choice));
    const tally = tallyOf(kindOf(hit ?? choices[0] ?? ""));
    if (hit === undefined) {
      tally.missed++;
      says.push(`not told: ${choices.join(" or ")}`);
    } else {
      tally.right++;
      left.delete(hit);
    }
  }
  for (const event of left) {
    tallyOf(kindOf(event)).wrong++;
    says.push(`told: ${event}`);
  }
  for (const [cluster, id] of given.ids.entries()) {
    const own = told.ids[cluster] ?? "";
    const fits =
      id === "" ? !given.ids.includes(own) && !given.versions.before.ids.includes(own) : own === id;
    if (!fits) says.push(`cluster ${cluster} is ${own}, not ${id || "a new one"}`);
  }
  return { right: says.length === 0, tallies, says };
}

/** Each event that must be reported, with the other forms that are accepted. */
function expectedOf(given: LineageCase, told: Lineage<string>): string[][] {
  const { versions, ids, merged, split, ratios } = given;
  const expected: string[][] = [];
  const restingIds = new Set(versions.resting?.ids ?? []);
  const swallowed = new Set([...merged.values()].flat());
  for (const id of versions.before.ids)
    if (!ids.includes(id) && !swallowed.has(id)) expected.push([`died ${id}`]);
  const parts = new Set([...split.values()].flat());
  for (const [cluster, id] of ids.entries()) {
    if (id === "" && !parts.has(cluster)) expected.push([`born ${told.ids[cluster] ?? ""}`]);
    if (restingIds.has(id)) expected.push([`revived ${id}`]);
  }
  for (const [id, from] of merged) expected.push([`merged ${id} ${from.toSorted().join("+")}`]);
  for (const [id, into] of split)
    expected.push([
      `split ${id} ${into
        .map((cluster) => told.ids[cluster] ?? "")
        .toSorted()
        .join("+")}`,
    ]);
  for (const [id, ratio] of ratios) {
    const kinds = ["kept"];
    if (ratio >= another) kinds[0] = "grew";
    else if (ratio <= 1 / another) kinds[0] = "shrank";
    else if (ratio > same) kinds.push("grew");
    else if (ratio < 1 / same) kinds.push("shrank");
    expected.push(kinds.map((kind) => `${kind} ${id}`));
  }
  return expected;
}

function nameOf(event: LineageEvent<string>): string {
  if (event.kind === "merged") return `merged ${event.topic} ${event.from.toSorted().join("+")}`;
  if (event.kind === "split") return `split ${event.topic} ${event.into.toSorted().join("+")}`;
  return `${event.kind} ${event.topic}`;
}
