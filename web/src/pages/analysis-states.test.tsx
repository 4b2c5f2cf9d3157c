// @vitest-environment happy-dom
// What a page of the analysis shows while there is none, while it cannot be read, and when it is out of date.
import { fireEvent, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { anAnalysis, anOverview, aTopicList } from "../testing/analysis.builders.ts";
import { aCollection, at } from "../testing/answers.builders.ts";
import { closeApp, openApp, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const col = "/api/v1/collections/col_a";
const none = { id: null, version: null, quality: null, points: 0, messages: 0, topics: 0 } as const;

describe("without an analysis, a page", () => {
  const open = (analysis: Parameters<typeof anAnalysis>[0], collection = aCollection()) =>
    openApp("/c/col_a/topics", {
      [`GET ${col}`]: collection,
      [`GET ${col}/analysis`]: anAnalysis(analysis),
    });

  const empty = {
    [`GET ${col}`]: aCollection({ messages: 0, indexed: 0 }),
    [`GET ${col}/analysis`]: anAnalysis({ ...none, state: "none" }),
    [`GET ${col}/concepts`]: { concepts: [] },
    [`GET ${col}/conversations`]: { conversations: [], nextCursor: null, total: 0, empty: 0 },
  };

  it("offers the import on the overview of an empty collection", async () => {
    openApp("/c/col_a", empty);
    await screen.findByText("This collection is empty");
    expect(screen.getByText("Drop chat exports here")).toBeTruthy();
  });

  it.each(["search", "topics", "map", "trends", "compare", "concepts", "conversations"])(
    "says on %s of an empty collection that there are no messages, without an invitation",
    async (page) => {
      openApp(`/c/col_a/${page}`, empty);
      await screen.findByRole("heading", { name: "This collection has no messages" });
      expect(screen.queryByText("Drop chat exports here")).toBeNull();
      expect(screen.queryByText(/import an export/i)).toBeNull();
    },
  );

  it("waits for the end of the import", async () => {
    open({ ...none, state: "none" }, aCollection({ pending: 1301 }));
    await screen.findByText("The import is not finished");
    expect(screen.getByText("Show the progress").getAttribute("href")).toBe("/c/col_a/uploads");
    expect(screen.getByText("1,301 passages being indexed")).toBeTruthy();
  });

  it("starts the first analysis on demand, and then shows its progress", async () => {
    const app = open({ ...none, state: "none" });
    const start = await screen.findByText("Analyse now");
    app.answer(
      `POST ${col}/analysis`,
      anAnalysis({ ...none, state: "running", progress: 0.42, doing: "Clustering 276 chunks" }),
    );
    fireEvent.click(start);
    await screen.findByText("Analysing this collection");
    expect(app.bodies(`POST ${col}/analysis`)).toEqual([{ mode: "update" }]);
    expect(screen.getByText("Clustering 276 chunks")).toBeTruthy();
    expect(screen.getAllByText(/42 %/)).not.toHaveLength(0);
  });

  it("says that the analysis is brought up to date after a deletion, and loads the counts again", async () => {
    const app = open({ ...none, state: "waiting", renewed: true });
    await screen.findByText("The analysis is being brought up to date");
    expect(screen.queryByText("Analyse now")).toBeNull();
    app.answer(`GET ${col}`, aCollection({ conversations: 45 }));
    await screen.findByText(/^45 conversations/, {}, { timeout: 5_000 });
  });

  it("shows why an analysis failed", async () => {
    open({ ...none, state: "failed", error: "The worker ran out of memory." });
    await screen.findByText("The analysis failed");
    expect(screen.getByText("The worker ran out of memory.")).toBeTruthy();
    expect(screen.getByText("Try again")).toBeTruthy();
  });

  it("is an error message where the state cannot be loaded", async () => {
    openApp("/c/col_a/topics", {
      [`GET ${col}/analysis`]: problem(500, { title: "Broken", detail: "No snapshot." }),
    });
    expect((await screen.findByRole("alert")).textContent).toMatch(/Broken.*No snapshot/);
  });
});

describe("an analysis that cannot be read", () => {
  const unread = { ...aTopicList([]), analysis: null, version: null, outliers: 0, messages: 0 };

  it("is said to be computed again, and nothing else", async () => {
    openApp("/c/col_a/topics", {
      [`GET ${col}/analysis`]: anAnalysis({ state: "waiting" }),
      [`GET ${col}/topics`]: unread,
    });
    await screen.findByText("The analysis cannot be read");
    expect(screen.getByText(/They are being computed again/)).toBeTruthy();
    expect(screen.getByText("Queued")).toBeTruthy();
    expect(screen.queryByText(/previous analysis|No topic matches|topics in version/)).toBeNull();
  });

  it("can be computed again where the server does not do so by itself", async () => {
    openApp("/c/col_a/topics", { [`GET ${col}/topics`]: unread });
    await screen.findByText("Analyse again");
    expect(screen.queryByText(/No topic matches|topics in version/)).toBeNull();
  });
});

describe("an analysis that is out of date", () => {
  it("says how many passages are newer, and is updated on demand", async () => {
    openApp("/c/col_a", {
      [`GET ${col}/analysis`]: anAnalysis({ version: 2, stale: true }),
      [`GET ${col}/overview`]: anOverview(),
      [`GET ${col}/versions`]: {
        versions: [
          {
            number: 3,
            id: "a",
            message: "",
            at: at(5, 9),
            tags: [],
            rows: 300,
            segments: 1,
            bytes: 1,
            added: 24,
            removed: 0,
          },
        ],
        nextCursor: null,
      },
    });
    await screen.findByText("24 newer passages are not part of this analysis yet.");
    expect(screen.getByText("Update")).toBeTruthy();
  });
});
