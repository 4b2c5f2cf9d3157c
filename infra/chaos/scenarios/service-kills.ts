// The database or the broker is killed while uploads come, again and again, and started again a moment later.
import { setTimeout as pause } from "node:timers/promises";
import { check } from "../checker.ts";
import type { ProfileName } from "../profile.ts";
import { between, type Context, type Outcome, type Scenario } from "../scenario.ts";
import type { Service, ServiceKind } from "../services.ts";
import { Subject } from "../subject.ts";

const FULL = 30;
const QUICK = 1;
/** No more uploads are sent while so many are on their way: what is measured is the recovery, not how long a queue is. */
const MOST_OPEN = 4;

const isBroker = (kind: ServiceKind): boolean => kind === "rabbitmq";

const run = async (victim: Service, { profile, count, random, say }: Context): Promise<Outcome> => {
  const subject = new Subject(profile.settings());
  const recoveries: number[] = [];
  const faults = count(FULL, QUICK);
  let refused = 0;
  let uploading = true;
  try {
    await subject.start();
    const load = async () => {
      while (uploading) {
        if (subject.open < MOST_OPEN && (await subject.upload(between(random, 1, 8))) === "refused")
          refused++;
        await pause(150);
      }
    };
    const loads = [load(), load()];
    // A load that hangs is told where the loads are awaited.
    for (const one of loads) one.catch(() => undefined);
    for (let n = 0; n < faults; n++) {
      await pause(between(random, 300, 2500));
      await victim.kill();
      await pause(between(random, 0, 3000));
      await victim.start();
      const begun = performance.now();
      await subject.untilSearchable();
      recoveries.push(performance.now() - begun);
      say(`kill ${n + 1}: works again after ${Math.round(recoveries.at(-1) ?? 0)} ms`);
    }
    uploading = false;
    await Promise.all(loads);
    await subject.settle(120_000);
    for (const word of subject.sample(10))
      if ((await subject.search(word)) !== 1)
        throw new Error(`a search does not find ${word} once`);
    const verdict = check(await subject.account());
    const notes = [`${refused} uploads refused`, `${subject.givenUp} given up and tried again`];
    return { faults, confirmed: subject.confirmed, verdict, recoveries, notes };
  } catch (error) {
    say(await subject.situation());
    throw error;
  } finally {
    uploading = false;
    await subject.close();
  }
};

const killing = (
  name: string,
  isVictim: (kind: ServiceKind) => boolean,
  quickOn: readonly ProfileName[],
): Scenario => ({
  name,
  runsOn: (profile, quick) =>
    profile.kinds.some(isVictim) && (!quick || quickOn.includes(profile.name)),
  run: (context) => {
    const victim = context.profile.services.find(({ kind }) => isVictim(kind));
    if (victim === undefined) throw new Error(`${context.profile.name} has no such server`);
    return run(victim, context);
  },
});

export const databaseKills = killing("database-kills", (kind) => !isBroker(kind), [
  "mariadb+rabbitmq",
]);
export const brokerKills = killing("broker-kills", isBroker, ["mariadb+rabbitmq"]);
