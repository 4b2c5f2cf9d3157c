// A full disk: another program takes the last byte of the home's disk at random moments of an import, and gives it back.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { canMount, openSmallDisk } from "../../attack/small-disk.ts";
import { check } from "../checker.ts";
import { between, type Context, type Outcome, type Scenario } from "../scenario.ts";
import { Subject } from "../subject.ts";

const FULL = 50;
const QUICK = 1;
const MEGABYTES = 300;

const run = async ({ count, random, say }: Context): Promise<Outcome> => {
  const disk = openSmallDisk(MEGABYTES);
  process.once("exit", disk.remove);
  const subject = new Subject({}, join(disk.folder, "home"));
  const recoveries: number[] = [];
  const faults = count(FULL, QUICK);
  let refused = 0;
  try {
    await subject.start();
    for (let n = 0; n < faults; n++) {
      if ((await subject.upload(between(random, 5, 40))) === "refused") refused++;
      await pause(between(random, 0, 600));
      const free = disk.fill();
      if ((await subject.upload(1)) === "refused") refused++;
      if (!(await subject.isAlive())) throw new Error("the server does not answer on a full disk");
      await pause(between(random, 0, 1500));
      free();
      const begun = performance.now();
      await subject.untilSearchable();
      await subject.settle();
      recoveries.push(performance.now() - begun);
      say(`${n + 1}: works again after ${Math.round(recoveries.at(-1) ?? 0)} ms`);
    }
    const died = (subject.output.match(/died/g) ?? []).length;
    const verdict = check(await subject.account());
    const notes = [`${refused} uploads refused`, `${died} processes died`];
    return { faults, confirmed: subject.confirmed, verdict, recoveries, notes };
  } finally {
    await subject.close();
    process.off("exit", disk.remove);
    disk.remove();
  }
};

export const diskFull: Scenario = {
  name: "disk-full",
  runsOn: ({ name }) => name === "embedded" && canMount(),
  run,
};
