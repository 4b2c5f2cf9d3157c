// Which names of jobs have one that is due: what all consumers of a process ask in one moment is one statement.
import { setImmediate } from "node:timers/promises";
import type { JobName } from "#services/contract/jobs.ts";
import { dueAmong } from "./database-claims.ts";
import type { JobStore } from "./job-store.ts";

/**
 * A process takes up to nine names, and looks for each ten times a second and whenever jobs were written; all of them are woken
 * together, so that they ask together. On a database server each statement is a way there and back.
 * @param how.unpublished only such as are not on their way through a broker
 * @returns whether a job of this name may be taken or sent now, whatever the limits of its collection
 */
export const openDueNames = (
  { rows, now }: Pick<JobStore, "rows" | "now">,
  how: { readonly unpublished: boolean },
): ((name: JobName) => Promise<boolean>) => {
  let gathering: { readonly names: Set<JobName>; readonly due: Promise<ReadonlySet<string>> };
  let isOpen = false;
  const ask = async (names: ReadonlySet<JobName>) => {
    // After the timers that end in the same moment.
    await setImmediate();
    isOpen = false;
    return dueAmong(rows, [...names], { now: now(), ...how });
  };
  return async (name) => {
    if (!isOpen) {
      isOpen = true;
      const names = new Set<JobName>();
      gathering = { names, due: ask(names) };
    }
    const { names, due } = gathering;
    names.add(name);
    return (await due).has(name);
  };
};
