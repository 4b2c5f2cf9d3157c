// @vitest-environment happy-dom
// The jobs page: what runs and waits, what was given up, and the buttons to cancel, to try again and to forget.
import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { type CurrentJob, currentJob } from "#services/contract/job-list.ts";
import { aGivenUpJob, aJobList } from "../testing/answers.builders.ts";
import { closeApp, openApp, pending, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const aCurrentJob = (given: Partial<CurrentJob> = {}) =>
  currentJob.parse({
    id: "job_c",
    name: "upload.received",
    title: "Reading an upload",
    about: { upload: "upl_a" },
    collection: "col_a",
    state: "running",
    askedAt: 1,
    dueAt: 1,
    attempts: 1,
    reason: null,
    progress: 0.42,
    cancellable: true,
    ...given,
  });

const jobsOf = (...givenUp: ReturnType<typeof aGivenUpJob>[]) => ({
  "GET /api/v1/jobs": aJobList({ givenUp }),
});

describe("the jobs page", () => {
  it("lists what runs and waits, jobs of one kind in one line, and counts by kind", async () => {
    const embedding = {
      name: "chunks.ready",
      title: "Embedding messages",
      state: "waiting",
    } as const;
    const waiting = ["job_d", "job_e"].map((id) =>
      aCurrentJob({ ...embedding, id, progress: null, cancellable: false }),
    );
    openApp("/jobs", { "GET /api/v1/jobs": aJobList({ current: [aCurrentJob(), ...waiting] }) });
    const current = await screen.findByRole("region", { name: "Running and waiting" });
    const lines = within(current).getAllByRole("listitem");
    await within(current).findAllByRole("link", { name: "Bakery" });
    expect(lines.map((line) => line.textContent)).toEqual([
      expect.stringMatching(/^Reading an upload: BakeryRunning, asked for .*, 42.%Cancel$/),
      expect.stringMatching(/^Embedding messages: BakeryWaiting, 2 jobs, asked for /),
    ]);
    const row = await screen.findByRole("row", { name: /Reading an upload/ });
    expect(
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent),
    ).toEqual(["Reading an upload", "2", "1", "0"]);
    expect(screen.queryByRole("heading", { name: "Given-up jobs" })).toBeNull();
  });

  it("cancels the reading of an upload", async () => {
    const app = openApp("/jobs", {
      "GET /api/v1/jobs": aJobList({ current: [aCurrentJob()] }),
      "POST /api/v1/jobs/job_c/cancel": aJobList({ current: [] }),
    });
    const button = await screen.findByRole("button", { name: "Cancel" });
    app.answer("GET /api/v1/jobs", aJobList({ current: [] }));
    button.click();
    await waitFor(() => expect(screen.queryByRole("button", { name: "Cancel" })).toBeNull());
    expect(app.bodies("POST /api/v1/jobs/job_c/cancel")).toHaveLength(1);
  });

  it("tries a given-up job again", async () => {
    const app = openApp("/jobs", {
      ...jobsOf(aGivenUpJob()),
      "POST /api/v1/jobs/job_a/retry": aJobList(),
    });
    const job = (await screen.findByText("The index is damaged.")).closest("li");
    expect(job?.textContent).toMatch(/Indexing a collection: Bakery/);
    expect(job?.textContent).toMatch(/5 attempts, given up/);
    app.answer("GET /api/v1/jobs", aJobList());
    within(job as HTMLElement)
      .getByRole("button", { name: "Try again" })
      .click();
    await waitFor(() => expect(screen.queryByText("The index is damaged.")).toBeNull());
    expect(app.bodies("POST /api/v1/jobs/job_a/retry")).toHaveLength(1);
  });

  it("forgets a given-up job, but offers that for no erasure", async () => {
    const erasure = aGivenUpJob({
      id: "job_b",
      name: "erase.requested",
      title: "Erasing",
      reason: "A file is locked.",
    });
    const app = openApp("/jobs", {
      ...jobsOf(aGivenUpJob(), erasure),
      "DELETE /api/v1/jobs/job_a": aJobList({ givenUp: [erasure] }),
    });
    await screen.findByText("A file is locked.");
    app.answer("GET /api/v1/jobs", aJobList({ givenUp: [erasure] }));
    screen.getByRole("button", { name: "Forget" }).click();
    await waitFor(() => expect(screen.queryByRole("button", { name: "Forget" })).toBeNull());
    expect(screen.getByText("A file is locked.")).toBeTruthy();
    expect(app.bodies("DELETE /api/v1/jobs/job_a")).toHaveLength(1);
  });

  it("keeps a job that could not be tried again, with the reason", async () => {
    openApp("/jobs", {
      ...jobsOf(aGivenUpJob()),
      "POST /api/v1/jobs/job_a/retry": problem(404, {
        title: "Unknown job",
        detail: "There is no such job.",
      }),
    });
    (await screen.findByRole("button", { name: "Try again" })).click();
    expect((await screen.findByRole("alert")).textContent).toBe("There is no such job.");
  });

  it("says that nothing runs, and is busy while it loads", async () => {
    const app = openApp("/jobs", { "GET /api/v1/jobs": pending });
    await screen.findByRole("heading", { level: 1, name: "Jobs" });
    expect(document.querySelector("[aria-busy=true]")).not.toBeNull();
    app.answer("GET /api/v1/jobs", aJobList({ current: [] }));
    closeApp();
    openApp("/jobs", { "GET /api/v1/jobs": aJobList({ current: [] }) });
    await screen.findByText("Nothing runs or waits.");
  });
});
