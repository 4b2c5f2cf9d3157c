// @vitest-environment happy-dom
// Uploads that wait to be confirmed: the report, the two answers to it, who may give them, and all files at once.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Upload } from "#services/contract/uploads.ts";
import { aCollection, anUpload, at } from "../testing/answers.builders.ts";
import { anInspection } from "../testing/inspections.builders.ts";
import { closeApp, openApp } from "../testing/web-app.builders.tsx";

afterEach(() => {
  closeApp();
  localStorage.clear();
});

const waiting = (given: Partial<Upload> = {}) =>
  anUpload({ state: "unconfirmed", inspection: anInspection(), confirmBy: at(5, 16), ...given });

const open = (uploads: readonly Upload[], more: Record<string, unknown> = {}) =>
  openApp("/c/col_a/uploads", {
    "GET /api/v1/collections/col_a/uploads": { uploads, nextCursor: null },
    ...more,
  });

describe("an upload that waits to be confirmed", () => {
  it("says what is in it, what it would change, until when it waits, and is imported", async () => {
    const app = open([waiting()]);
    const card = await screen.findByRole("article", { name: "slack-export.zip" });
    for (const text of [
      "ChatGPT export (in parts), known by its fields",
      "3 new, 21 known, 1 changed, 2 deleted at the source: kept here and marked",
      "The archive does not contain it.",
      "Unless it is imported, the file is deleted on 16 May 2026.",
    ])
      expect(within(card).getByText(text)).toBeTruthy();
    app.answer("POST /api/v1/uploads/upl_a/confirm", anUpload({ state: "queued" }));
    fireEvent.click(within(card).getByRole("button", { name: "Import slack-export.zip" }));
    await waitFor(() => expect(app.bodies("POST /api/v1/uploads/upl_a/confirm")).toHaveLength(1));
  });

  it("is discarded", async () => {
    const app = open([waiting()], { "DELETE /api/v1/uploads/upl_a": { id: "upl_a" } });
    fireEvent.click(await screen.findByRole("button", { name: "Discard slack-export.zip" }));
    await waitFor(() => expect(app.bodies("DELETE /api/v1/uploads/upl_a")).toHaveLength(1));
  });

  it("is shown without buttons to whoever may only read", async () => {
    open([waiting()], { "GET /api/v1/collections/col_a": aCollection({ level: "read" }) });
    await screen.findByText("What the import adds to the collection and changes in it:");
    expect(screen.queryByRole("button", { name: /^(Import|Discard) / })).toBeNull();
  });

  it("is imported with the others, the oldest first", async () => {
    const app = open([waiting({ id: "upl_b", filename: "later.zip" }), waiting()], {
      "POST /api/v1/uploads/upl_a/confirm": anUpload({ state: "queued" }),
      "POST /api/v1/uploads/upl_b/confirm": anUpload({ id: "upl_b", state: "queued" }),
    });
    fireEvent.click(await screen.findByRole("button", { name: "Import all 2" }));
    await waitFor(() => expect(app.bodies("POST /api/v1/uploads/upl_b/confirm")).toHaveLength(1));
    expect(app.bodies("POST /api/v1/uploads/upl_a/confirm")).toHaveLength(1);
  });
});

describe("an upload that nobody has confirmed in time", () => {
  it("is neither downloaded, nor read with other columns: its file is deleted", async () => {
    const error = { code: "not-confirmed", message: "Nobody confirmed it.", hint: null };
    open([waiting({ state: "cancelled", source: "table", inspection: null, bytes: 0, error })]);
    fireEvent.click(await screen.findByRole("button", { name: "More for slack-export.zip" }));
    expect(await screen.findByRole("menuitem", { name: "Delete…" })).toBeTruthy();
    expect(screen.queryByRole("menuitem", { name: /Choose columns|Download/ })).toBeNull();
  });
});

it("cannot be turned off where the collection asks for it", async () => {
  const asking = aCollection({ confirmImports: "always", confirmsImports: true });
  open([], { "GET /api/v1/collections": { collections: [asking] } });
  const box = await screen.findByRole("checkbox", { name: /before it is imported/ });
  await waitFor(() => expect(box).toHaveProperty("disabled", true));
  expect(box).toHaveProperty("checked", true);
});
