// Kills at named places: for each place of the stages where a kill is most dangerous, the worker that reaches it is killed there.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { check } from "../checker.ts";
import type { Context, Outcome, Scenario } from "../scenario.ts";
import { Hung, newHome, Subject } from "../subject.ts";

/** What has a place reached. */
type Cause = "upload" | "append" | "erase" | "analyse";

const places: Readonly<Record<Cause, readonly string[]>> = {
  upload: [
    ..."ingest.taken ingest.parts ingest.ends ingest.read ingest.worked".split(" "),
    ..."embed.taken embed.embedded embed.kept embed.done embed.worked".split(" "),
    ..."commit.taken commit.committed commit.told commit.merged commit.worked".split(" "),
    ..."watch.taken watch.worked".split(" "),
  ],
  append: "chunk.taken chunk.piece chunk.cut chunk.worked".split(" "),
  erase: "erase.taken erase.conversation erase.purged erase.noted erase.worked".split(" "),
  analyse: "analyse.taken analyse.grouped analyse.kept analyse.finished analyse.worked".split(" "),
};

/** More than one piece of a live session is cut at a time. */
const APPENDED = 600;
/** Kills at each place. */
const FULL_EACH = 10;
/** Less than one: at one of so many places. */
const QUICK_EACH = 1 / 10;
const REACHED_MS = 60_000;
/** Kills of a server's life: the successor of a process that dies again and again is started later and later. */
const KILLS_EACH = 5;

const run = async ({ profile, count, say }: Context): Promise<Outcome> => {
  const home = newHome();
  const folder = join(home, "places");
  mkdirSync(folder);
  const subject = new Subject({ ...profile.settings(), PARLANCE_FAIL_FOLDER: folder }, home);
  const causes: Readonly<Record<Cause, () => Promise<unknown>>> = {
    upload: () => subject.upload(2),
    append: () => subject.append(APPENDED),
    erase: () => subject.uploadAndErase(),
    analyse: () => subject.analyse(),
  };
  const each = count(FULL_EACH, QUICK_EACH);
  // Each fault of a quick run is at another place; those that the tests of the workers have are left to them.
  const chosen = (names: readonly string[]) =>
    each < 1 ? names.filter((_, n) => n % Math.round(1 / each) === 0) : names;
  const recoveries: number[] = [];
  /** @returns milliseconds from the kill until no work was left */
  const killAt = async (place: string, cause: () => Promise<unknown>): Promise<number> => {
    const mark = join(folder, place);
    writeFileSync(mark, "");
    const begun = performance.now();
    await cause();
    while (existsSync(mark)) {
      if (performance.now() - begun > REACHED_MS) throw new Hung(`${place} was not reached`);
      await pause(20);
    }
    const killed = performance.now();
    await subject.rest();
    return performance.now() - killed;
  };
  try {
    await subject.start();
    await subject.upload(30);
    await subject.settle();
    // Round by round: a run that is shorter has all places, each less often.
    for (let n = 0; n < each; n++)
      for (const [cause, names] of Object.entries(places) as [Cause, readonly string[]][])
        for (const place of chosen(names)) {
          recoveries.push(await killAt(place, causes[cause]));
          say(`${place}: killed, at rest after ${Math.round(recoveries.at(-1) ?? 0)} ms`);
          if (recoveries.length % KILLS_EACH === 0) {
            await subject.killServer();
            await subject.start();
          }
        }
    for (const word of subject.sample(10))
      if ((await subject.search(word)) !== 1)
        throw new Error(`a search does not find ${word} once`);
    const verdict = check(await subject.account());
    const all = Object.values(places).flatMap(chosen).length;
    const notes = [`${all} places`, `${subject.givenUp} uploads given up and tried again`];
    const faults = recoveries.length;
    return { faults, confirmed: subject.confirmed, verdict, recoveries, notes };
  } finally {
    if (readdirSync(folder).length > 0) say(`not reached: ${readdirSync(folder).join(", ")}`);
    await subject.close();
  }
};

export const failpoints: Scenario = {
  name: "failpoints",
  runsOn: ({ name }, quick) => !quick || name === "embedded",
  run,
};
