// @vitest-environment happy-dom
// The home page, and a collection's pages beside the analysis: conversations, uploads, versions, settings.
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Upload } from "#services/contract/uploads.ts";
import {
  aCollection,
  aConversationPage,
  aMessage,
  anUpload,
  aSummary,
  aVersion,
} from "../testing/answers.builders.ts";
import { giveSize, TestEventSource } from "../testing/browser.builders.ts";
import { closeApp, openApp, pending, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

describe("the home page", () => {
  it("lists the collections with their counts", async () => {
    openApp("/");
    const card = await screen.findByRole("link", { name: /Bakery/ });
    expect(card.getAttribute("href")).toBe("/c/col_a");
    expect(card.textContent).toContain("Mar 2026 – May 2026");
    expect(card.textContent).toMatch(/59\s*conversations/);
    expect(card.textContent).toMatch(/1,288\s*messages/);
    expect(within(card).getByText("Slack")).toBeTruthy();
    expect(await screen.findByText("Slack export")).toBeTruthy();
  });

  it("explains the app and offers the import where there is no collection", async () => {
    openApp("/", { "GET /api/v1/collections": { collections: [] } });
    await screen.findByRole("heading", { level: 1, name: /Search and analyse/ });
    expect(screen.getByText("Drop chat exports here")).toBeTruthy();
    expect(screen.queryByRole("searchbox")).toBeNull();
  });

  it("is busy while the collections load", async () => {
    openApp("/", { "GET /api/v1/collections": pending });
    await screen.findByRole("main");
    expect(document.querySelector(".home")?.getAttribute("aria-busy")).toBe("true");
  });

  it("shows the server's error with its hint, and tries again on demand", async () => {
    const app = openApp("/", {
      "GET /api/v1/collections": problem(500, {
        title: "The database is damaged",
        detail: "It cannot be read.",
        hint: "Restore a backup.",
      }),
    });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toMatch(
      /The database is damaged.*It cannot be read.*Restore a backup/,
    );
    app.answer("GET /api/v1/collections", { collections: [aCollection()] });
    within(alert).getByRole("button", { name: "Try again" }).click();
    await screen.findByRole("link", { name: /Bakery/ });
  });
});

describe("the frame of a collection", () => {
  it("has its name, its counts and its tabs", async () => {
    openApp("/c/col_a/settings");
    await screen.findByRole("heading", { level: 1, name: "Bakery" });
    expect(
      screen.getByText(/59 conversations · 1,288 messages · Mar 2026 – May 2026/),
    ).toBeTruthy();
    const tabs = screen.getByRole("navigation", { name: "Collection" });
    expect(within(tabs).getAllByRole("link")).toHaveLength(12);
  });

  it("shows its health as an alert, and each reason once", async () => {
    const message = "Segment 4 is damaged.";
    openApp("/c/col_a/settings", {
      "GET /api/v1/collections/col_a": aCollection({
        notices: [`“Bakery”: ${message}`, "Most of it is not in English."],
        health: { state: "rebuilding", reasons: [{ code: "segment-damaged", message }] },
      }),
    });
    const alert = await screen.findByRole("alert", { name: "The index is being rebuilt" });
    expect(alert.textContent).toContain(message);
    expect(screen.getAllByText(/Segment 4 is damaged/)).toHaveLength(1);
    expect(screen.getByText("Most of it is not in English.")).toBeTruthy();
  });

  it("shows the health on the list of collections", async () => {
    const health = {
      state: "degraded" as const,
      reasons: [{ code: "x", message: "Old version." }],
    };
    openApp("/", { "GET /api/v1/collections": { collections: [aCollection({ health })] } });
    const card = await screen.findByRole("link", { name: /Bakery/ });
    expect(card.textContent).toContain("Works in part only. Old version.");
  });

  it("says that a deleted collection does not exist", async () => {
    openApp("/c/col_gone/settings", {
      "GET /api/v1/collections/col_gone": problem(404, {
        title: "Not found",
        detail: "There is no collection col_gone.",
      }),
    });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("There is no collection col_gone.");
    expect(within(alert).queryByRole("button", { name: "Try again" })).toBeNull();
    expect(within(alert).getByRole("link", { name: "Go to the home page" })).toBeTruthy();
  });
});

const conversations = "GET /api/v1/collections/col_a/conversations";

describe("the conversations page", () => {
  it("lists conversations with people, messages and source, and filters by title", async () => {
    const app = openApp("/c/col_a/conversations", {
      [conversations]: {
        conversations: [
          aSummary(),
          aSummary({ id: "cnv_b", title: null, channel: "#shop", lastAt: null }),
        ],
        nextCursor: null,
        total: 2,
        empty: 0,
      },
    });
    const row = await screen.findByRole("link", { name: /Oven controller/ });
    expect(row.textContent).toMatch(/Mira.*Slack.*14 messages/);
    expect(screen.getByRole("link", { name: /#shop/ }).textContent).toContain("undated");
    expect(screen.getByText("2 conversations")).toBeTruthy();
    fireEvent.change(screen.getByRole("textbox", { name: "Filter by title or channel" }), {
      target: { value: "oven" },
    });
    await waitFor(() => expect(app.asked.at(-1)?.search).toContain("title=oven"));
  });

  it("tells no conversations from none that match the filters", async () => {
    const none = { conversations: [], nextCursor: null, total: 0, empty: 0 };
    openApp("/c/col_a/conversations?title=zzz", { [conversations]: none });
    await screen.findByRole("heading", { name: "No conversation matches the filters" });
    closeApp();
    openApp("/c/col_a/conversations", { [conversations]: none });
    await screen.findByRole("heading", { name: "This collection has no messages" });
  });
});

describe("a conversation", () => {
  const page = "GET /api/v1/conversations/cnv_a";

  it("has its title, its participants and its messages", async () => {
    giveSize(800, 600);
    openApp("/conversation/cnv_a", { [page]: aConversationPage() });
    await screen.findByRole("heading", { level: 2, name: "Oven controller" });
    expect(screen.getByRole("button", { name: "1 participant" })).toBeTruthy();
    const list = screen.getByRole("region", { name: "Messages of Oven controller" });
    await within(list).findByText("The left oven trips.");
    expect(within(list).getByText("Is the relay new?")).toBeTruthy();
  });

  it("goes on where its beginning is read to the end", async () => {
    giveSize(800, 600);
    const more = aMessage({ id: "msg_z", text: "It is the newest relay." });
    const pages = [
      aConversationPage({ nextCursor: "o2" }),
      aConversationPage({ messages: [more] }),
    ];
    openApp("/conversation/cnv_a", { [page]: () => pages.shift() });
    await screen.findByText("It is the newest relay.");
    expect(screen.getByText("Is the relay new?")).toBeTruthy();
  });

  it("keeps the header and the tabs of its collection, with “Conversations” active", async () => {
    openApp("/conversation/cnv_a", { [page]: aConversationPage() });
    await screen.findByRole("heading", { level: 1, name: "Bakery" });
    const tabs = within(screen.getByRole("navigation", { name: "Collection" }));
    const [current, ...others] = tabs
      .getAllByRole("link")
      .filter((tab) => tab.getAttribute("aria-current") === "page");
    expect(current?.textContent).toBe("Conversations");
    expect(others).toEqual([]);
    expect(tabs.getByRole("link", { name: "Topics" }).getAttribute("href")).toBe("/c/col_a/topics");
  });

  it("says where the other messages are if all are of hidden kinds", async () => {
    const notice = aMessage({ kind: "system", text: "" });
    openApp("/conversation/cnv_a", { [page]: aConversationPage({ messages: [notice] }) });
    await screen.findByRole("heading", { name: "No messages to show" });
    expect(screen.getByRole("button", { name: /Show thinking, tool calls/ })).toBeTruthy();
  });
});

describe("the uploads page", () => {
  const list = "GET /api/v1/collections/col_a/uploads";
  const open = (uploads: readonly Upload[]) => {
    return openApp("/c/col_a/uploads", { [list]: { uploads, nextCursor: null } });
  };
  const card = (name = "slack-export.zip") => screen.findByRole("article", { name });

  it("shows the outcome and the size of a file", async () => {
    open([anUpload()]);
    expect((await card()).textContent).toMatch(
      /Slack export · 13 KB.*Done: 1,204 new entries, 3 known/,
    );
  });

  it("says that an upload waits for disk space, and how much is free and needed", async () => {
    open([
      anUpload({
        state: "waiting-for-space",
        space: { freeBytes: 1_200_000_000, neededBytes: 3_400_000_000 },
      }),
    ]);
    const waiting = await card();
    expect(within(waiting).getByText("Waiting for disk space")).toBeTruthy();
    expect(within(waiting).getByText("1.2 GB free, 3.4 GB needed")).toBeTruthy();
    expect(within(waiting).getByRole("button", { name: "Cancel" })).toBeTruthy();
  });

  it("says which try comes next, when, and what failed", async () => {
    open([
      anUpload({
        state: "indexing",
        attempt: 2,
        maxAttempts: 5,
        retryAt: new Date(2026, 4, 9, 14, 3).getTime(),
        lastProblem: "The embedding process ended with signal 9.",
      }),
    ]);
    const failing = await card();
    expect(within(failing).getByText("Tried 2 of 5 times, next try at 14:03")).toBeTruthy();
    expect(
      within(failing).getByText("Last error: The embedding process ended with signal 9."),
    ).toBeTruthy();
  });

  it("follows an upload by server-sent events until its final state", async () => {
    open([anUpload({ state: "reading", finishedAt: null })]);
    expect(within(await card()).getByText("Reading")).toBeTruthy();
    const [events] = TestEventSource.opened;
    expect(events?.url).toBe("/api/v1/uploads/upl_a/events");
    act(() => {
      events?.send("upload", anUpload());
    });
    expect((await card()).textContent).toContain("Done: 1,204 new entries");
    expect(events?.isClosed).toBe(true);
  });

  it("shows why a file failed, and starts it again on demand", async () => {
    const app = open([
      anUpload({
        state: "failed",
        error: {
          code: "not-a-chat-log",
          message: "This is not a chat log.",
          hint: "Use an export.",
        },
      }),
    ]);
    app.answer("POST /api/v1/uploads/upl_a/retry", {});
    const failed = await card();
    expect(within(failed).getByRole("alert").textContent).toMatch(/not a chat log.*Use an export/);
    const guide = within(failed).getByRole("link", { name: /how to get an export/ });
    expect(guide.getAttribute("href")).toBe("/formats/slack");
    within(failed).getByRole("button", { name: "Try again" }).click();
    await waitFor(() => expect(app.bodies("POST /api/v1/uploads/upl_a/retry")).toHaveLength(1));
  });

  it("leads to the formats that are read where there are uploads", async () => {
    open([anUpload()]);
    const link = await screen.findByRole("link", { name: /^Formats that are read/ });
    expect(link.getAttribute("href")).toBe("/formats");
  });

  it("explains how to get an export where there are no uploads", async () => {
    open([]);
    await screen.findByRole("heading", { name: "How to get an export" });
    const guide = await screen.findByRole("link", { name: "Slack export" });
    expect(guide.getAttribute("href")).toBe("/formats/slack");
  });
});

describe("the versions page", () => {
  const list = "GET /api/v1/collections/col_a/versions";

  it("lists versions with added and total chunks, tags and size", async () => {
    openApp("/c/col_a/versions", {
      [list]: {
        versions: [
          aVersion(),
          aVersion({ number: 2, id: "86d9b3fa8911", added: 0, removed: 12, tags: [] }),
        ],
        nextCursor: null,
      },
    });
    const rows = await screen.findAllByRole("row");
    const cells = (row: HTMLElement | undefined) =>
      within(row ?? document.body)
        .getAllByRole("cell")
        .map((cell) => cell.textContent?.trim());
    expect(cells(rows[1])).toEqual([
      "3",
      "Add 224 chunksbefore-merge6c05caca97",
      expect.any(String),
      "+224",
      "1,287",
      "427 KB",
    ]);
    expect(cells(rows[2])?.[3]).toBe("−12");
    expect(screen.getByRole("link", { name: "3" }).getAttribute("href")).toBe(
      "/c/col_a/search?v=3",
    );
  });

  it("removes a tag", async () => {
    const app = openApp("/c/col_a/versions", {
      [list]: { versions: [aVersion()], nextCursor: null },
      "DELETE /api/v1/collections/col_a/versions/3/tags/before-merge": aVersion({ tags: [] }),
    });
    const button = await screen.findByRole("button", { name: "Remove the tag before-merge" });
    app.answer(list, { versions: [aVersion({ tags: [] })], nextCursor: null });
    fireEvent.click(button);
    await waitFor(() => expect(screen.queryByText("before-merge")).toBeNull());
  });

  it("says that there is none before the first upload", async () => {
    openApp("/c/col_a/versions");
    await screen.findByRole("heading", { name: "No version yet" });
  });
});

describe("the settings page", () => {
  it("saves a new name, and only a changed form", async () => {
    const app = openApp("/c/col_a/settings");
    const name = await screen.findByRole("textbox", { name: "Name" });
    const save = screen.getByRole("button", { name: "Save" });
    expect(save).toHaveProperty("disabled", true);
    fireEvent.change(name, { target: { value: "Bakery 2026" } });
    app.answer("PATCH /api/v1/collections/col_a", aCollection({ name: "Bakery 2026" }));
    fireEvent.click(save);
    await screen.findByText("Saved.");
    expect(app.bodies("PATCH /api/v1/collections/col_a")).toEqual([
      {
        name: "Bakery 2026",
        description: "",
        zone: "UTC",
        confirmImports: null,
        keepAttachments: null,
      },
    ]);
    await screen.findByRole("heading", { level: 1, name: "Bakery 2026" });
  });

  it("deletes the collection only after its name was typed", async () => {
    const app = openApp("/c/col_a/settings");
    const button = await screen.findByRole("button", { name: "Delete permanently" });
    expect(button).toHaveProperty("disabled", true);
    fireEvent.change(screen.getByRole("textbox", { name: "Type “Bakery” to confirm" }), {
      target: { value: "Bakery" },
    });
    app.answer("DELETE /api/v1/collections/col_a", {});
    app.answer("GET /api/v1/collections", { collections: [] });
    fireEvent.click(button);
    await screen.findByRole("heading", { level: 1, name: /Search and analyse/ });
    expect(app.router.state.location.pathname).toBe("/");
  });
});

describe("an unknown address", () => {
  it("says that there is no page, with a link to the home page", async () => {
    openApp("/nowhere");
    await screen.findByRole("heading", { name: "Page not found" });
    expect(screen.getByRole("link", { name: "Go to the home page" }).getAttribute("href")).toBe(
      "/",
    );
  });
});
