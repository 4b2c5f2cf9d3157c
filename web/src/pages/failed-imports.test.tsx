// @vitest-environment happy-dom
// Failed imports on the overview: named with their report, until they are dealt with or dismissed.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Upload } from "#services/contract/uploads.ts";
import { anOverview } from "../testing/analysis.builders.ts";
import { anUpload, at } from "../testing/answers.builders.ts";
import { closeApp, openApp } from "../testing/web-app.builders.tsx";

afterEach(() => {
  closeApp();
  localStorage.clear();
});

const failed = (given: Partial<Upload> = {}) =>
  anUpload({
    state: "failed",
    error: { code: "not-a-chat-log", message: "This is not a chat log.", hint: null },
    ...given,
  });

const open = (uploads: readonly Upload[]) =>
  openApp("/c/col_a", {
    "GET /api/v1/collections/col_a/uploads": { uploads, nextCursor: null },
    "GET /api/v1/collections/col_a/overview": anOverview(),
  });
const notice = () => screen.findByRole("status", { name: /^An import/ });
const isShown = () => screen.queryByRole("status", { name: /^An import/ }) !== null;

describe("the overview", () => {
  it("names an import that failed, with its reason and a link to its report", async () => {
    open([failed()]);
    const said = await notice();
    expect(said.textContent).toContain(
      "slack-export.zip was not imported: This is not a chat log.",
    );
    expect(within(said).getByRole("link").getAttribute("href")).toBe(
      "/c/col_a/uploads?report=upl_a",
    );
  });

  it("names a file that was read only in part", async () => {
    open([anUpload({ problemCount: 3 })]);
    expect((await notice()).textContent).toContain("3 problems in slack-export.zip.");
  });

  it("says nothing of imports that were read in full, nor once the same file was read again", async () => {
    const again = anUpload({ id: "upl_b", sha256: "same", problemCount: 0, createdAt: at(5, 20) });
    open([again, failed({ sha256: "same", createdAt: at(5, 10) })]);
    await screen.findByRole("heading", { name: "Topics" });
    expect(isShown()).toBe(false);
  });

  it("keeps two files apart that did not arrive whole", async () => {
    open([failed({ sha256: "", filename: "a.zip" }), failed({ id: "upl_b", sha256: "" })]);
    expect(within(await notice()).getAllByRole("link")).toHaveLength(2);
  });

  it("leaves a failure out once it is dismissed, and names it again after another failed try", async () => {
    open([failed()]);
    fireEvent.click(within(await notice()).getByRole("button", { name: "Dismiss" }));
    await waitFor(() => expect(isShown()).toBe(false));
    closeApp();
    open([failed()]);
    await screen.findByRole("heading", { name: "Topics" });
    expect(isShown()).toBe(false);
    closeApp();
    open([failed({ attempt: 2, finishedAt: at(6, 1) })]);
    await notice();
  });
});
