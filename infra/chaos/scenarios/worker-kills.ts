// Random kills: while uploads come, worker processes are killed at any moment, and now and then the whole server.
import { setTimeout as pause } from "node:timers/promises";
import { check } from "../checker.ts";
import { between, type Context, type Outcome, oneOf, type Scenario } from "../scenario.ts";
import { Subject } from "../subject.ts";

/** Kills of a round: a process that dies again and again is started later and later. */
const KILLS_EACH = 6;
/** Rounds of a server's life, each to the end of all uploads: its start takes as long as many kills of workers. */
const ROUNDS = 3;
const FULL = 300;
const QUICK = 6;

const kill = (pid: number): boolean => {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    // It died by itself, or has ended.
    return false;
  }
};

const run = async ({ profile, count, random, say }: Context): Promise<Outcome> => {
  const subject = new Subject(profile.settings());
  const recoveries: number[] = [];
  const wanted = count(FULL, QUICK);
  let kills = 0;
  let servers = 0;
  try {
    while (kills < wanted) {
      await subject.start();
      for (let round = 0; round < ROUNDS && kills < wanted; round++) {
        for (let n = 0; n < KILLS_EACH && kills < wanted; n++) {
          if (n % 2 === 0) await subject.upload(between(random, 1, 12));
          await pause(between(random, 20, 700));
          const worker = oneOf(random, subject.workers());
          if (worker !== undefined && kill(worker)) kills++;
        }
        recoveries.push(await subject.settle());
      }
      if (random() < 0.3) await subject.upload(3);
      await pause(between(random, 0, 300));
      await subject.killServer();
      servers++;
      say(`${kills} kills of workers, ${servers} of servers, ${subject.confirmed} messages`);
    }
    await subject.start();
    recoveries.push(await subject.settle());
    for (const word of subject.sample(10))
      if ((await subject.search(word)) !== 1)
        throw new Error(`a search does not find ${word} once`);
    const verdict = check(await subject.account());
    const notes = [
      `${servers} kills of the whole server`,
      `${subject.givenUp} uploads given up and tried again`,
    ];
    return { faults: kills, confirmed: subject.confirmed, verdict, recoveries, notes };
  } finally {
    await subject.close();
  }
};

export const workerKills: Scenario = {
  name: "worker-kills",
  runsOn: ({ name }, quick) => !quick || name === "embedded",
  run,
};
