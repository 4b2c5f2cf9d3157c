// What a scenario of chaos is given, and what it says in the end.
import { pbkdf2Sync } from "node:crypto";
import { seeded } from "../../workers/workers.builders.ts";
import type { Verdict } from "./checker.ts";
import type { Profile } from "./profile.ts";

export interface Context {
  readonly profile: Profile;
  /** Number of faults to make, of those of a full run and the few of a quick one. */
  count(full: number, quick: number): number;
  /** Chance that is the same for the same seed. */
  readonly random: () => number;
  /** Says what is happening. */
  readonly say: (line: string) => void;
}

export interface Outcome {
  /** Number of faults that were made. */
  readonly faults: number;
  /** Number of messages (or commits) that were confirmed. */
  readonly confirmed: number;
  readonly verdict: Verdict;
  /** Milliseconds from the end of each fault until what was sent after it could be searched. */
  readonly recoveries: readonly number[];
  /** What else people should know. */
  readonly notes: readonly string[];
}

export interface Scenario {
  readonly name: string;
  /** Whether it is about this profile, and can be run on this machine; a quick run has each scenario on as few as tell something. */
  runsOn(profile: Pick<Profile, "name" | "kinds">, quick: boolean): boolean;
  run(context: Context): Promise<Outcome>;
}

export const seededBy = (seed: number, name: string): (() => number) =>
  seeded(pbkdf2Sync(`${seed}`, name, 1, 4, "sha256").readUInt32LE());

/** A whole number from `least` up to `most`. */
export const between = (random: () => number, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

export const oneOf = <T>(random: () => number, items: readonly T[]): T | undefined =>
  items[Math.floor(random() * items.length)];
