// @vitest-environment happy-dom
// The pages of the analysis: overview, topics, one topic, trends, compare.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import {
  aComparison,
  aFigure,
  anEvent,
  anOverview,
  aTopic,
  aTopicDetail,
  aTopicList,
  selected,
} from "../testing/analysis.builders.ts";
import { at } from "../testing/answers.builders.ts";
import { closeApp, openApp, pending, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const col = "/api/v1/collections/col_a";

describe("the overview", () => {
  it("has the summary, the topics with sizes and shares, new messages, trends and changes", async () => {
    openApp("/c/col_a", { [`GET ${col}/overview`]: anOverview() });
    await screen.findByText("243 messages in 59 conversations by 16 people.");
    const topics = screen.getByRole("list", { name: "Topics" });
    expect(topics.textContent).toMatch(/Oven repairs.*34.*13\u00a0%.*Walnut bread.*26.*11\u00a0%/);
    const fresh = screen.getByRole("region", { name: "New messages" });
    expect(fresh.textContent).toMatch(/New since 3 May 2026.*11 messages in 4 conversations/);
    expect(fresh.textContent).toMatch(/Oven repairs.*8.*Other topics, or no topic.*3/);
    const movers = screen.getByRole("region", { name: "Rising and fading" });
    expect(movers.textContent).toMatch(/Walnut bread.*× 2.3.*rising/);
    const changes = screen.getByRole("region", { name: "What changed" });
    expect(changes.textContent).toContain("Oven repairs grew, 20 → 35 messages");
    expect(screen.getByText("2 new alerts").closest("a")?.getAttribute("href")).toBe("/alerts");
  });

  it("leaves out the parts that have no content", async () => {
    openApp("/c/col_a", {
      [`GET ${col}/overview`]: anOverview({
        topics: [],
        volume: null,
        fresh: null,
        rising: [],
        changes: [],
        notable: [],
        unseenAlerts: 0,
      }),
    });
    await screen.findByText(/There are too few messages for topics/);
    expect(screen.queryByText("Notable conversations")).toBeNull();
    expect(screen.queryByText("What changed")).toBeNull();
  });

  it("is busy while it loads", async () => {
    openApp("/c/col_a", { [`GET ${col}/overview`]: pending });
    await waitFor(() => expect(document.querySelector('[aria-busy="true"]')).not.toBeNull());
  });
});

describe("the topics page", () => {
  it("counts topics and outliers, and filters by keyword", async () => {
    openApp("/c/col_a/topics");
    await screen.findByText("2 topics in version 3; 27 of 243 messages (11 %) are in no topic");
    const rows = () =>
      within(screen.getByRole("list", { name: "Topics" }))
        .getAllByRole("listitem")
        .map((row) => row.querySelector("a")?.textContent);
    expect(rows()).toEqual(["Oven repairs", "Walnut bread"]);
    fireEvent.change(screen.getByLabelText("Filter by title or keyword"), {
      target: { value: "walnut" },
    });
    await waitFor(() => expect(rows()).toEqual(["Walnut bread"]));
    fireEvent.change(screen.getByLabelText("Filter by title or keyword"), {
      target: { value: "zzz" },
    });
    await screen.findByText("No topic matches");
  });

  it("says that all topics are hidden, and offers to clear no filter where none is set", async () => {
    openApp("/c/col_a/topics", { [`GET ${col}/topics`]: aTopicList([aTopic({ hidden: true })]) });
    await screen.findByText("All topics are hidden");
    expect(screen.queryByText("Clear the filter")).toBeNull();
  });

  it("shows the separation of a topic in a word", async () => {
    openApp("/c/col_a/topics", {
      [`GET ${col}/topics`]: aTopicList([
        aTopic(),
        aTopic({ id: "top_log", title: "Log", silhouette: 0.01, trend: { ...aTopic().trend } }),
      ]),
    });
    const list = await screen.findByRole("list", { name: "Topics" });
    const [first, second] = within(list).getAllByRole("listitem");
    expect(first?.textContent).toContain("Separation: high");
    expect(second?.textContent).toContain("Separation: low");
  });

  it("has the quality with values and what they mean, and the settings", async () => {
    openApp("/c/col_a/topics?view=quality");
    const silhouette = (await screen.findByText("Silhouette coefficient")).parentElement;
    expect(silhouette?.textContent).toMatch(/0\.30.*Topics are well separated/);
    expect(screen.getByText("Outliers").parentElement?.textContent).toMatch(
      /9\.8\u00a0%.*27 of 276 points are in no topic/,
    );
    expect(screen.getByText("Trustworthiness of the map").parentElement?.textContent).toContain(
      "not measured",
    );
    expect(
      screen.getByRole("img", { name: "The largest silhouette for 4 to 8 topics; 8 chosen." }),
    ).toBeTruthy();
    expect(screen.getByText("Clustering").parentElement?.textContent).toContain("1.3 s");
  });

  it("lists the events of topics by analysis", async () => {
    openApp("/c/col_a/topics?view=history", {
      [`GET ${col}/topic-events`]: {
        events: [
          anEvent(),
          anEvent({ from: null, to: 1, at: at(3, 2), kind: "born" }),
          anEvent({ kind: "kept", topic: "top_bread" }),
        ],
      },
    });
    const history = await screen.findByRole("list", { name: "History of topics" });
    expect(history.textContent).toMatch(/Version 2 → 3.*1 topic unchanged.*Oven repairs grew/);
    expect(history.textContent).toMatch(/First analysis.*1 topic found in version 1/);
  });

  it("undoes a manual change", async () => {
    const edit = { kind: "rename" as const, topic: "top_oven", title: "Ovens" };
    const app = openApp("/c/col_a/topics", {
      [`GET ${col}/topic-edits`]: {
        edits: [{ id: "edi_a", at: at(5, 9), edit, says: "Renamed to “Ovens”.", state: "waits" }],
      },
      [`DELETE ${col}/topic-edits/edi_a`]: {},
    });
    const log = await screen.findByRole("region", { name: "Manual changes" });
    expect(log.textContent).toContain("waiting");
    fireEvent.click(within(log).getByLabelText("Undo: Renamed to “Ovens”."));
    await waitFor(() =>
      expect(app.asked.some((one) => one.request.startsWith("DELETE"))).toBe(true),
    );
  });
});

describe("the page of a topic", () => {
  const topic = `GET ${col}/topics/top_oven`;

  it("has its figures with units, its messages, keywords and similar topics", async () => {
    openApp("/c/col_a/topics/top_oven", { [topic]: aTopicDetail() });
    await screen.findByText(
      "34 messages · 13 % of all · 17 conversations · 10 people · Mar 2026 – May 2026 · silhouette 0.31",
    );
    const messages = await screen.findByRole("list", { name: "Messages of Oven repairs" });
    expect(messages.textContent).toMatch(/Mira.*The left oven trips at 214 degrees.*negative/);
    const about = screen.getByRole("complementary", { name: "About this topic" });
    expect(within(about).getByText("thermocouple").getAttribute("title")).toBe(
      "In 12 messages. Search for it",
    );
    expect(about.textContent).toMatch(/Most similar topics.*Walnut bread.*0\.42/);
  });

  it("saves a new title, says what the change did, and undoes it", async () => {
    const saved = {
      id: "edi_a",
      at: at(5, 9),
      edit: { kind: "rename", topic: "top_oven", title: "Ovens" },
      says: "Renamed to “Ovens”.",
      state: "now",
    };
    const app = openApp("/c/col_a/topics/top_oven", {
      [topic]: aTopicDetail(),
      [`POST ${col}/topic-edits`]: saved,
      [`DELETE ${col}/topic-edits/edi_a`]: {},
    });
    fireEvent.click(await screen.findByLabelText("Rename this topic"));
    const field = screen.getByLabelText("Title of the topic");
    fireEvent.change(field, { target: { value: "Ovens " } });
    fireEvent.submit(field);
    await screen.findByText("Renamed to “Ovens”.");
    expect(app.bodies(`POST ${col}/topic-edits`)).toEqual([
      { kind: "rename", topic: "top_oven", title: "Ovens" },
    ]);
    fireEvent.click(screen.getByText("Undo"));
    await screen.findByText("Undone. The next analysis works without the change.");
  });

  it("moves selected messages to another topic", async () => {
    const app = openApp("/c/col_a/topics/top_oven", { [topic]: aTopicDetail() });
    fireEvent.click(await screen.findByLabelText("Select the message of Mira"));
    expect(screen.getByText("1 message selected")).toBeTruthy();
    fireEvent.click(screen.getByText("Move to…"));
    await screen.findByText("Move 1 message to another topic");
    fireEvent.click(screen.getByLabelText("To", { selector: "input" }));
    fireEvent.click(await screen.findByRole("option", { name: "Walnut bread", hidden: true }));
    app.answer(`POST ${col}/topic-edits`, {
      id: "edi_m",
      at: at(5, 9),
      edit: { kind: "move", chunks: ["chk_a"], to: "top_bread" },
      says: "Moved 1 message.",
      state: "now",
    });
    fireEvent.click(screen.getByRole("button", { name: "Move" }));
    await screen.findByText("Moved 1 message.");
    expect(app.bodies(`POST ${col}/topic-edits`)).toEqual([
      { kind: "move", chunks: ["chk_a"], to: "top_bread" },
    ]);
  });

  it("links to the topics where it does not exist", async () => {
    openApp("/c/col_a/topics/top_oven", {
      [topic]: problem(404, { title: "Not found", detail: "There is no topic top_oven." }),
    });
    const link = await screen.findByText("Go to the topics");
    expect(link.closest("a")?.getAttribute("href")).toBe("/c/col_a/topics");
  });
});

describe("the trends page", () => {
  const figures = (one = aFigure()) => ({
    analysis: "ana_a",
    messages: 243,
    figures: [one, aFigure({ name: "models", title: "Models", empty: "No model is named." })],
  });

  it("shows figures as tables, opens the messages of a row, and explains missing figures", async () => {
    const app = openApp(`/c/col_a/trends?table=${encodeURIComponent('["volume"]')}`, {
      [`POST ${col}/figures`]: figures(),
    });
    await screen.findByText("243 messages");
    const table = await screen.findByRole("region", { name: "Table: Messages over time" });
    expect(table.textContent).toMatch(/3 Mar 2026.*1,204/);
    expect(screen.getByText("No model is named.")).toBeTruthy();
    fireEvent.click(within(table).getAllByText("Messages").at(-1) as HTMLElement);
    const drawer = await screen.findByRole("dialog", { name: "5 Mar 2026" });
    await within(drawer).findByText(/The left oven trips/);
    expect(app.bodies(`POST ${col}/messages`).at(-1)).toMatchObject({
      selection: { after: at(3, 5, 0), before: at(3, 6, 0) },
    });
  });

  it("sends the selection of the URL, and removes a filter by its chip", async () => {
    const author = encodeURIComponent('["Mira"]');
    const app = openApp(`/c/col_a/trends?author=${author}`, { [`POST ${col}/figures`]: figures() });
    await screen.findByText("from Mira");
    expect(app.bodies(`POST ${col}/figures`)).toContainEqual({
      ...{ language: "en-GB", selection: { authors: ["Mira"] } },
    });
    fireEvent.click(screen.getByLabelText("Remove: from Mira"));
    await screen.findByText("All messages");
    await waitFor(() =>
      expect(app.bodies(`POST ${col}/figures`)).toContainEqual({ language: "en-GB" }),
    );
  });
});

describe("the compare page", () => {
  const figuresOf = (figures: readonly ReturnType<typeof aFigure>[]) => ({
    analysis: "ana_a",
    messages: 243,
    figures,
  });

  it("offers comparisons made from the collection", async () => {
    const app = openApp("/c/col_a/compare", {
      [`POST ${col}/compare`]: aComparison(),
      [`POST ${col}/figures`]: figuresOf([aFigure()]),
    });
    fireEvent.click(await screen.findByText("Slack and IRC"));
    await screen.findByText("A has more about Oven repairs.");
    expect(app.bodies(`POST ${col}/compare`)).toEqual([
      { a: { sources: ["slack"] }, b: { sources: ["irc"] } },
    ]);
  });

  it("shows both sides, significant differences with shares, effect and p, others on demand", async () => {
    const side = (source: string) => encodeURIComponent(JSON.stringify({ source: [source] }));
    openApp(`/c/col_a/compare?a=${side("slack")}&b=${side("irc")}`, {
      [`POST ${col}/compare`]: aComparison(),
    });
    const differences = await screen.findByRole("list", { name: "Differences" });
    expect(screen.getByRole("region", { name: "Side B" }).textContent).toContain(
      "45 messages, 8 conversations, 1 person",
    );
    expect(within(differences).getAllByRole("listitem")).toHaveLength(1);
    expect(differences.textContent).toMatch(
      /Oven repairs3 times the odds in A, large · p\u00a0=\u00a00\.004/,
    );
    expect(differences.textContent).toMatch(/40\u00a0%.*8\u00a0%/);
    fireEvent.click(screen.getByLabelText("Include differences that are not significant"));
    await waitFor(() => expect(within(differences).getAllByRole("listitem")).toHaveLength(2));
    fireEvent.click(within(differences).getAllByLabelText(/^A: 40/)[0] as HTMLElement);
    await screen.findByRole("dialog", { name: "Oven repairs in A" });
  });

  it("says that no difference is significant", async () => {
    const side = encodeURIComponent("{}");
    openApp(`/c/col_a/compare?a=${side}&b=${side}`, {
      [`POST ${col}/compare`]: aComparison({
        differences: aComparison().differences.map((one) => ({ ...one, p: 0.6 })),
        shared: 3,
      }),
      [`POST ${col}/messages`]: selected(),
    });
    await screen.findByText("No significant difference");
    expect(screen.getByText("3 messages are in both A and B.")).toBeTruthy();
  });
});
