// @vitest-environment happy-dom
// The status page and the status banner: what does not work in full, the checks, and how many jobs there are.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { signedInAs } from "../testing/account.builders.ts";
import { aCollection, aJobList, aReadiness } from "../testing/answers.builders.ts";
import { closeApp, openApp, pending } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const jobsOf = () => ({ "GET /api/v1/jobs": aJobList() });

describe("the status page", () => {
  it("says that everything works, with the checks and the jobs", async () => {
    openApp("/status", jobsOf());
    await screen.findByText("Everything works.");
    const checks = screen.getByRole("region", { name: "Checks" });
    expect(checks.textContent).toMatch(/Database\s*answers/);
    expect(checks.textContent).toMatch(/Embedding runs on\s*CPU/);
    const jobs = screen.getByRole("region", { name: "Jobs" });
    expect(jobs.textContent).toContain("1 running, 2 waiting, 1 given up");
    expect(within(jobs).getByRole("link", { name: "All jobs" }).getAttribute("href")).toBe("/jobs");
    expect(screen.queryByRole("heading", { name: "Given-up jobs" })).toBeNull();
  });

  it("turns accounts on, and opens the link that makes the first owner", async () => {
    const link = "http://localhost/setup#token=abc";
    const app = openApp("/status", { ...jobsOf(), "POST /api/v1/accounts/on": { link } });
    const assign = vi.spyOn(window.location, "assign").mockImplementation(() => {});
    fireEvent.click(await screen.findByRole("button", { name: "Turn accounts on…" }));
    const dialog = await screen.findByRole("dialog", { name: "Turn accounts on?" });
    expect(app.bodies("POST /api/v1/accounts/on")).toEqual([]);
    fireEvent.click(within(dialog).getByRole("button", { name: "Turn accounts on" }));
    await waitFor(() => expect(assign).toHaveBeenCalledWith(link));
  });

  it("says nothing of turning accounts on where they are", async () => {
    openApp("/status", { ...jobsOf(), ...signedInAs() });
    await screen.findByText("Everything works.");
    expect(screen.queryByRole("heading", { name: "Accounts" })).toBeNull();
  });

  it("says which of several servers answers, and what they share", async () => {
    openApp("/status", {
      ...jobsOf(),
      "GET /ready": aReadiness({
        server: {
          role: "api",
          stages: [],
          host: "host-a",
          database: "“parlance” of MariaDB at db:3306",
          broker: "amqp://queue/parlance",
          counters: "redis://cache:6379/0",
          blobs: "s3://bucket/uploads",
          indexes: "/shared/indexes",
        },
      }),
    });
    const checks = await screen.findByRole("region", { name: "Checks" });
    await waitFor(() =>
      expect(checks.textContent).toMatch(/This server\s*host-a, answers requests/),
    );
    expect(checks.textContent).toContain("“parlance” of MariaDB at db:3306");
    expect(checks.textContent).toMatch(/Jobs go through\s*amqp:\/\/queue\/parlance/);
  });

  it("says to members whether each part works, and who sees more", async () => {
    openApp("/status", {
      ...jobsOf(),
      ...signedInAs(),
      "GET /ready": aReadiness({
        checks: [
          { name: "database", ok: true, detail: "ok" },
          { name: "broker", ok: false, detail: "failed" },
        ],
      }),
    });
    const checks = await screen.findByRole("region", { name: "Checks" });
    await waitFor(() => expect(checks.textContent).toMatch(/Database\s*works/));
    expect(checks.textContent).toContain("Whoever runs this server sees more here.");
    await screen.findByText("Message broker: does not work");
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
