// @vitest-environment happy-dom
// What readers, editors and viewers are offered: nothing that the server would refuse them.
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { signedInAs } from "../testing/account.builders.ts";
import { aTopicDetail } from "../testing/analysis.builders.ts";
import { aCollection, aConcept, anUpload } from "../testing/answers.builders.ts";
import { type Answers, closeApp, openApp } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const col = "/api/v1/collections/col_a";
type Level = "read" | "edit" | "manage";

const at = (level: Level, answers: Answers = {}): Answers => ({
  ...signedInAs({ role: "member" }),
  "GET /api/v1/collections": { collections: [aCollection({ level })] },
  [`GET ${col}`]: aCollection({ level }),
  ...answers,
});
const button = (name: string) => screen.queryByRole("button", { name });
const importField = "Choose chat exports to import";
const tab = (name: string) => screen.queryByRole("link", { name });

describe("the level of a collection", () => {
  const uploads = {
    [`GET ${col}/uploads`]: { uploads: [anUpload({ state: "failed" })], nextCursor: null },
  };

  it("to read offers no import, and no settings", async () => {
    openApp("/c/col_a/uploads", at("read", uploads));
    fireEvent.click(await screen.findByRole("button", { name: /^More for/ }));
    await screen.findByRole("menuitem", { name: "Download the original file" });
    expect(screen.queryByRole("menuitem", { name: "Delete…" })).toBeNull();
    expect(button("Try again")).toBeNull();
    expect(screen.queryByLabelText(importField)).toBeNull();
    expect(tab("Settings")).toBeNull();
  });

  it("to edit offers the import, and no settings", async () => {
    openApp("/c/col_a/uploads", at("edit", uploads));
    await screen.findByLabelText(importField);
    expect(button("Try again")).not.toBeNull();
    expect(tab("Settings")).toBeNull();
  });

  it("to manage offers the settings too", async () => {
    openApp("/c/col_a/uploads", at("manage", uploads));
    await waitFor(() => expect(tab("Settings")).not.toBeNull());
  });

  it("to read shows the details of a collection, and not how it is changed or deleted", async () => {
    const app = openApp("/c/col_a/settings", at("edit"));
    await screen.findByText("Whoever manages this collection changes its settings.");
    expect(screen.getByRole("heading", { name: "Details" })).toBeTruthy();
    expect(button("Save")).toBeNull();
    expect(button("Delete permanently")).toBeNull();
    expect(app.asked.map(({ request }) => request)).not.toContain(`GET ${col}/access`);
  });

  it("to read leaves topics as they are", async () => {
    const topic = { [`GET ${col}/topics/top_oven`]: aTopicDetail() };
    openApp("/c/col_a/topics/top_oven", at("read", topic));
    await screen.findByRole("link", { name: "Show on the map" });
    expect(button("Rename this topic")).toBeNull();
    expect(button("Change")).toBeNull();
    closeApp();
    openApp("/c/col_a/topics/top_oven", at("edit", topic));
    await screen.findByRole("button", { name: "Rename this topic" });
    expect(button("Change")).not.toBeNull();
  });

  it("to read makes no concept, and changes none", async () => {
    openApp("/c/col_a/concepts", at("read", { [`GET ${col}/concepts`]: { concepts: [] } }));
    await screen.findByText("No concepts yet");
    expect(button("New concept")).toBeNull();
    closeApp();
    openApp(
      "/c/col_a/concepts/con_a",
      at("read", {
        [`GET ${col}/concepts/con_a`]: aConcept(),
        [`GET ${col}/concepts/con_a/hits`]: { hits: [], nextCursor: null },
      }),
    );
    await screen.findByRole("heading", { name: "Oven trouble" });
    expect(button("More actions")).toBeNull();
    expect(screen.queryByRole("switch")).toBeNull();
  });
});

describe("the role of a viewer", () => {
  it("offers no import on the home page", async () => {
    openApp("/", { ...signedInAs({ role: "viewer" }) });
    await screen.findByRole("link", { name: /Bakery/ });
    expect(screen.queryByLabelText(importField)).toBeNull();
    expect(document.querySelector("input[type=file]")).toBeNull();
  });
});
