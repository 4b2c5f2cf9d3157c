// @vitest-environment happy-dom
// The pages about the whole server, for whoever runs it: settings, storage, given-up jobs.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { writtenIn } from "../shape/words/english.ts";
import { signedInAs } from "../testing/account.builders.ts";
import { aGivenUpJob, aSettingList, aStorageReport } from "../testing/server.builders.ts";
import { closeApp, openApp, problem } from "../testing/web-app.builders.tsx";
import { keptForm, ownForm } from "../ui/account/own-form.ts";

afterEach(closeApp);

const asOperator = () => signedInAs({ organization: { id: "org_default", name: "Bakers" } });
const rowsOf = async (label: string) =>
  within(await screen.findByRole("list", { name: label }))
    .getAllByRole("listitem")
    .map((row) => row.textContent);

describe("the settings of the server", () => {
  const open = (list = aSettingList()) =>
    openApp("/server", { ...asOperator(), "GET /api/v1/settings": list });

  it("are those that somebody set, with where each value comes from; secrets are not shown", async () => {
    open();
    expect(await rowsOf("Settings")).toEqual([
      "PARLANCE_PORTenvironmentThe port to listen on.9000default 8787",
      "PARLANCE_SECRETenvironmentSigns.set",
    ]);
    await screen.findByText("People sign in: accounts were turned on, which the database keeps.");
  });

  it("are all of them on demand, and found by name or meaning", async () => {
    open();
    fireEvent.click(await screen.findByLabelText("All (3)"));
    expect(await rowsOf("Settings")).toHaveLength(3);
    fireEvent.change(screen.getByLabelText("Find a setting"), { target: { value: "time zone" } });
    expect(await rowsOf("Settings")).toEqual(["PARLANCE_ZONEThe time zone.UTC"]);
    fireEvent.change(screen.getByLabelText("Find a setting"), { target: { value: "nothing" } });
    await screen.findByRole("heading", { name: "No such setting" });
  });

  it("say which names in the environment are none, and which may be meant", async () => {
    open(
      aSettingList({
        unknown: [
          { name: "PARLANCE_PROT", near: "PARLANCE_PORT" },
          { name: "PARLANCE_ELSE", near: null },
        ],
      }),
    );
    await screen.findByText("2 names in its environment are no settings");
    expect(screen.getByText("PARLANCE_PROT").parentElement?.textContent).toBe(
      "PARLANCE_PROT – perhaps PARLANCE_PORT",
    );
  });

  it("are not for admins of one organization, and say what went wrong", async () => {
    const app = openApp("/server", signedInAs({ role: "admin" }));
    await screen.findByRole("heading", { name: "For whoever runs this server" });
    expect(app.bodies("GET /api/v1/settings")).toHaveLength(0);
    closeApp();
    openApp("/server", {
      ...asOperator(),
      "GET /api/v1/settings": problem(400, { title: "Broken", detail: "It is broken." }),
    });
    await screen.findByText("It is broken.");
  });

  it("are there where nobody signs in, without a list of organizations", async () => {
    openApp("/server", { "GET /api/v1/settings": aSettingList() });
    await rowsOf("Settings");
    const tabs = within(screen.getByRole("navigation", { name: "Server" })).getAllByRole("link");
    expect(tabs.map((tab) => tab.textContent)).toEqual(["Settings", "Models", "Storage"]);
  });
});

describe("the form of English of whoever has no account", () => {
  it("is the browser's until one is chosen, and is kept in this browser", async () => {
    openApp("/server", { "GET /api/v1/settings": aSettingList() });
    const field = await screen.findByRole("combobox", { name: "Language and region" });
    expect(field).toHaveProperty("value", "That of the browser: English (United Kingdom)");
    await screen.findByText("Monday, 30 November 2026 · 14:05 · 1,234,567");
    fireEvent.click(field);
    fireEvent.click(await screen.findByRole("option", { name: "English, dates as 2026-11-30" }));
    await screen.findByText("Monday, 2026-11-30 · 14:05 · 1,234,567");
    expect([ownForm(), writtenIn()]).toEqual(["en-x-iso8601", "en-x-iso8601"]);
    fireEvent.click(field);
    fireEvent.click(await screen.findByRole("option", { name: /^That of the browser/ }));
    await waitFor(() => expect([keptForm(), writtenIn()]).toEqual([null, "en-GB"]));
  });

  it("is not asked for where people sign in: their account has it", async () => {
    openApp("/server", { ...asOperator(), "GET /api/v1/settings": aSettingList() });
    await rowsOf("Settings");
    expect(screen.queryByLabelText("Language and region")).toBeNull();
  });
});

describe("what is stored", () => {
  const open = (jobs = [aGivenUpJob()], report = aStorageReport()) =>
    openApp("/server/storage", {
      ...asOperator(),
      "GET /api/v1/storage": report,
      "GET /api/v1/given-up-jobs": { total: jobs.length, jobs },
    });

  it("is shown by organization, and by collection once it is opened", async () => {
    open();
    const button = await screen.findByRole("button", { name: "Bakers" });
    expect(button.getAttribute("aria-expanded")).toBe("false");
    fireEvent.click(button);
    const cells = within(await screen.findByRole("row", { name: /Bakery/ })).getAllByRole("cell");
    expect(cells.map((cell) => cell.textContent)).toEqual(["1,288", "3", "3.2 MB", "900 KB"]);
    expect(screen.getByRole("row", { name: /col_x.*being deleted/ })).toBeTruthy();
    expect(screen.getByText("40 GB")).toBeTruthy();
    expect(await rowsOf("Copies from before upgrades")).toEqual([
      "before-0018-x-1.db5.0 MB, 1 May 2026",
    ]);
  });

  it("has files in a bucket, and no jobs that were given up", async () => {
    const { parts } = aStorageReport();
    open([], aStorageReport({ parts: { ...parts, files: null }, organizations: [] }));
    await screen.findByText("in a bucket");
    await screen.findByText("Nothing is stored yet.");
    await screen.findByText("None.");
  });

  it("comes with given-up jobs of all organizations, which are tried again or forgotten", async () => {
    const app = open([aGivenUpJob(), aGivenUpJob({ id: "job_b", reason: "The mill is broken." })]);
    const list = await screen.findByRole("list", { name: "Given-up jobs" });
    const [first, second] = within(list).getAllByRole("listitem");
    expect(first?.textContent).toContain("Indexing a collection, MillersThe oven is cold.");
    app.answer("POST /api/v1/given-up-jobs/job_a/retry", {
      total: 1,
      jobs: [aGivenUpJob({ id: "job_b" })],
    });
    fireEvent.click(within(first as HTMLElement).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(within(list).getAllByRole("listitem")).toHaveLength(1));
    app.answer(
      "DELETE /api/v1/given-up-jobs/job_b",
      problem(409, { title: "No", detail: "Not this one." }),
    );
    expect(second).toBeTruthy();
    fireEvent.click(within(list).getByRole("button", { name: "Forget" }));
    await screen.findByText("Not this one.");
  });
});
