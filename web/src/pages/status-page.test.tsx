// @vitest-environment happy-dom
// The status page and the status banner: what does not work in full, the checks, the jobs, those that were given up.
import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { aCollection, aGivenUpJob, aJobList, aReadiness } from "../testing/answers.builders.ts";
import { closeApp, openApp, pending, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const jobsOf = (...givenUp: ReturnType<typeof aGivenUpJob>[]) => ({
  "GET /api/v1/jobs": aJobList({ givenUp }),
});

describe("the status page", () => {
  it("says that everything works, with the checks and the jobs", async () => {
    openApp("/status", jobsOf());
    await screen.findByText("Everything works.");
    const checks = screen.getByRole("region", { name: "Checks" });
    expect(checks.textContent).toMatch(/Database\s*answers/);
    expect(checks.textContent).toMatch(/Embedding runs on\s*cpu/);
    const row = await screen.findByRole("row", { name: /Reading an upload/ });
    expect(
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent),
    ).toEqual(["Reading an upload", "2", "1", "0"]);
    expect(screen.queryByRole("heading", { name: "Given-up jobs" })).toBeNull();
  });

  it("names what does not work, once: the banner leaves it to the page", async () => {
    openApp("/status", {
      ...jobsOf(),
      "GET /ready": aReadiness({
        ready: false,
        checks: [{ name: "database", ok: false, detail: "The database is damaged." }],
        degraded: [{ code: "index-damaged", message: "Version 2 is served.", collection: "col_a" }],
      }),
    });
    const summary = await screen.findByRole("status", { name: "The server is not ready" });
    expect(summary.textContent).toContain("Database: The database is damaged.");
    await within(summary).findByRole("link", { name: "Bakery" });
    expect(screen.getAllByText(/Version 2 is served/)).toHaveLength(1);
    expect(screen.getByRole("status", { name: "Server status" }).textContent).toBe("");
  });

  it("tries a given-up job again", async () => {
    const app = openApp("/status", {
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
    const app = openApp("/status", {
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
    openApp("/status", {
      ...jobsOf(aGivenUpJob()),
      "POST /api/v1/jobs/job_a/retry": problem(404, {
        title: "Unknown job",
        detail: "There is no such job.",
      }),
    });
    (await screen.findByRole("button", { name: "Try again" })).click();
    expect((await screen.findByRole("alert")).textContent).toBe("There is no such job.");
  });

  it("is busy while it loads", async () => {
    openApp("/status", { "GET /api/v1/jobs": pending });
    await screen.findByRole("heading", { level: 1, name: "Server status" });
    expect(document.querySelector("[aria-busy=true]")).not.toBeNull();
  });
});

describe("the status banner", () => {
  it("is empty while all parts work", async () => {
    openApp("/");
    await screen.findByRole("link", { name: /Bakery/ });
    expect(screen.getByRole("status", { name: "Server status" }).textContent).toBe("");
  });

  it("names what does not work, with a link to the affected collection", async () => {
    openApp("/", {
      "GET /ready": aReadiness({
        degraded: [
          { code: "disk-full", message: "The disk is full: imports wait, search works." },
          { code: "index-damaged", message: "Version 2 is served.", collection: "col_a" },
        ],
      }),
    });
    const banner = await screen.findByRole("status", { name: "Server status" });
    await within(banner).findByText(/The disk is full: imports wait, search works/);
    expect((await within(banner).findByRole("link", { name: "Bakery" })).getAttribute("href")).toBe(
      "/c/col_a",
    );
    expect(banner.textContent).toContain("Bakery: Version 2 is served.");
    expect(within(banner).getByRole("link", { name: "Details" }).getAttribute("href")).toBe(
      "/status",
    );
  });

  it("shows three of many, and how many more there are", async () => {
    const degraded = Array.from({ length: 7 }, (_, at) => ({
      code: "job-given-up",
      message: `Reading an upload was given up: reason ${at}.`,
    }));
    openApp("/", { "GET /ready": aReadiness({ degraded }) });
    const banner = await screen.findByRole("status", { name: "Server status" });
    await within(banner).findByRole("link", { name: "4 more problems" });
    expect(within(banner).getAllByRole("listitem")).toHaveLength(3);
  });

  it("leaves out what the page of the collection says itself", async () => {
    const message = "Segment 4 is damaged.";
    openApp("/c/col_a/settings", {
      "GET /api/v1/collections/col_a": aCollection({
        health: { state: "rebuilding", reasons: [{ code: "segment-damaged", message }] },
      }),
      "GET /ready": aReadiness({
        degraded: [
          { code: "segment-damaged", message, collection: "col_a" },
          { code: "disk-full", message: "The disk is nearly full." },
        ],
      }),
    });
    await screen.findByRole("alert", { name: "The index is being rebuilt" });
    await screen.findByText("The disk is nearly full.");
    await waitFor(() => expect(screen.getAllByText(/Segment 4 is damaged/)).toHaveLength(1));
  });
});
