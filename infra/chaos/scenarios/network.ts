// A bad network: what lies between Parlance and a server that it needs is late, reset, silent, slow or cut while uploads come.
import { setTimeout as pause } from "node:timers/promises";
import { check } from "../checker.ts";
import { type ChaosProxy, type Fault, openProxy } from "../proxy.ts";
import { between, type Context, type Outcome, type Scenario } from "../scenario.ts";
import type { ServiceKind } from "../services.ts";
import { Subject } from "../subject.ts";

const FULL = 10;
/** Not in a quick run: a fault takes some ten seconds. */
const QUICK = 0;

const faultsBy = (random: () => number): readonly Fault[] => [
  { kind: "late", ms: between(random, 50, 400) },
  { kind: "reset" },
  { kind: "silent" },
  { kind: "slow", bytesPerSecond: between(random, 2000, 50_000) },
  { kind: "cut", bytes: between(random, 1, 4000) },
];

const run = async ({ profile, count, random, say }: Context): Promise<Outcome> => {
  const proxies: ChaosProxy[] = [];
  const ports: Partial<Record<ServiceKind, number>> = {};
  for (const { kind, url } of profile.services) {
    const proxy = await openProxy(Number(new URL(url).port));
    proxies.push(proxy);
    ports[kind] = proxy.port;
  }
  const subject = new Subject(profile.settings(ports));
  const recoveries: number[] = [];
  let faults = 0;
  let refused = 0;
  const disturb = async (proxy: ChaosProxy, fault: Fault, kind: string) => {
    if ((await subject.upload(between(random, 2, 10))) === "refused") refused++;
    await pause(between(random, 0, 800));
    proxy.disturb(fault);
    if ((await subject.upload(2)) === "refused") refused++;
    await pause(between(random, 0, 2500));
    proxy.heal();
    faults++;
    const begun = performance.now();
    await subject.untilSearchable();
    await subject.settle();
    recoveries.push(performance.now() - begun);
    say(`${kind} ${fault.kind}: works again after ${Math.round(recoveries.at(-1) ?? 0)} ms`);
  };
  try {
    await subject.start();
    const rounds = count(FULL, QUICK);
    for (let n = 0; n < rounds * proxies.length; n++)
      for (const fault of faultsBy(random)) {
        const place = n % proxies.length;
        const proxy = proxies[place];
        if (proxy) await disturb(proxy, fault, profile.services[place]?.kind ?? "");
      }
    const verdict = check(await subject.account());
    const notes = [`${refused} uploads refused`, `${subject.givenUp} given up and tried again`];
    return { faults, confirmed: subject.confirmed, verdict, recoveries, notes };
  } catch (error) {
    say(await subject.situation());
    throw error;
  } finally {
    await subject.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
};

export const network: Scenario = {
  name: "network",
  runsOn: ({ kinds }, quick) => kinds.length > 0 && !quick,
  run,
};
