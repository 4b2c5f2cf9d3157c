// Waits until a server has nothing to do: segments are merged when a collection is at rest, and are measured merged.
import type { JobList } from "#services/contract/job-list.ts";
import type { Readiness } from "#services/contract/system.ts";
import { callJson, type RunningServer } from "../e2e/running-server.ts";
import { sleep } from "./measure.ts";

export const untilAtRest = async (server: RunningServer) => {
  for (let calm = 0; calm < 5; ) {
    const { checks } = await callJson<Readiness>(`${server.url}/ready`);
    const idle = checks.some(
      ({ name, detail }) => name === "jobs" && detail.startsWith("0 waiting, 0 running"),
    );
    calm = idle ? calm + 1 : 0;
    await sleep(500);
  }
};

/** Waits until everything is searchable and merged; an analysis may still run or wait. */
export const untilIndexed = async (server: RunningServer) => {
  for (let calm = 0; calm < 5; ) {
    const { counts } = await callJson<JobList>(`${server.url}/api/v1/jobs`);
    const busy = counts.some(
      ({ name, waiting, active }) => name !== "analysis.due" && waiting + active > 0,
    );
    calm = busy ? 0 : calm + 1;
    await sleep(500);
  }
};
