// @vitest-environment happy-dom
// The map page with a WebGL context that records instead of drawing, and as a table without WebGL.
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { pack } from "#services/contract/packed.ts";
import { aMapMeta, aMapPoint, aSelectedMessage, selected } from "../testing/analysis.builders.ts";
import { at } from "../testing/answers.builders.ts";
import { giveSize, giveWebGl } from "../testing/browser.builders.ts";
import { type Answers, closeApp, openApp, pending } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const col = "/api/v1/collections/col_a";
const dayMs = 86_400_000;
const points = 16;
const packed = (about: unknown, arrays: Parameters<typeof pack>[1]) =>
  new Response(pack(about, arrays));

/** Nine points of one topic at the left, six of another at the right, one of no topic in the middle. */
const topicOf = Int16Array.from({ length: points }, (_, one) => (one < 9 ? 0 : one < 15 ? 1 : -1));
const x = Float32Array.from(topicOf, (topic, one) =>
  topic < 0 ? 0 : (topic === 0 ? -0.8 : 0.6) + one / 100,
);
const y = Float32Array.from({ length: points }, (_, one) => (one % 4) / 10);

const answers: Answers = {
  [`GET ${col}/map`]: aMapMeta(),
  [`GET ${col}/map/points`]: () => packed({ analysis: "ana_a" }, { x, y, topic: topicOf }),
  [`GET ${col}/map/columns/time`]: () =>
    packed(
      {
        kind: "numbers",
        name: "time",
        unit: "time",
        low: at(3, 2) / dayMs,
        high: at(5, 9) / dayMs,
      },
      { values: Float32Array.from({ length: points }, () => at(4, 1) / dayMs) },
    ),
  [`GET ${col}/map/columns/author`]: () =>
    packed(
      {
        kind: "categories",
        name: "author",
        values: [
          { value: "Mira", label: "Mira", count: 12 },
          { value: null, label: "3 others", count: 4 },
        ],
      },
      { values: Uint16Array.from({ length: points }, (_, one) => (one < 12 ? 0 : 1)) },
    ),
  [`GET ${col}/map/points/0`]: aMapPoint(),
  [`GET ${col}/map/points/3`]: aMapPoint({ point: 3, author: "Tobi", text: "Ordered a relay." }),
  [`POST ${col}/map/hits`]: {
    analysis: "ana_a",
    points: [3, 0, 15],
    scores: [1, 0.8, 0.1],
    missing: 2,
  },
  [`POST ${col}/messages`]: () =>
    selected({ total: 34, conversations: 17, points: 35, messages: [aSelectedMessage()] }),
};

const openMap = (address = "/c/col_a/map", more: Answers = {}) => {
  giveSize(900, 600);
  const webGl = giveWebGl();
  return { ...openApp(address, { ...answers, ...more }), webGl };
};
const url = (app: ReturnType<typeof openMap>) => app.router.state.location.search;
const drawn = async (app: ReturnType<typeof openMap>) => {
  await screen.findByRole("application");
  await waitFor(() => expect(document.querySelector("[data-drawn]")).not.toBeNull());
  await waitFor(() => expect(app.webGl.of("drawElements")).not.toHaveLength(0));
};
/** Numbers of dim and of highlighted points in the last frame that drew all points. */
const lastDrawn = (app: ReturnType<typeof openMap>) =>
  app.webGl.of("drawElements").map(({ args }) => args[1]);

describe("the map page", () => {
  it("draws all points, describes itself, and lists topics with their numbers of points", async () => {
    const app = openMap();
    await drawn(app);
    expect(lastDrawn(app).at(-1)).toBe(points);
    expect(screen.getByRole("application").getAttribute("aria-label")).toMatch(
      /^Map of 15 messages as 16 points in 2 topics\. Arrow keys move it/,
    );
    expect(screen.getByText("15 messages, 16 points")).toBeTruthy();
    const topics = screen.getByRole("region", { name: "Topics" });
    await within(topics).findByText("Oven repairs");
    expect(topics.textContent).toMatch(/Oven repairs34Walnut bread26No topic27$/);
  });

  it("selects a topic in the list: its points are highlighted, its messages are listed", async () => {
    const app = openMap();
    await drawn(app);
    const topics = screen.getByRole("region", { name: "Topics" });
    fireEvent.click(await within(topics).findByText("Oven repairs"));
    const selection = await screen.findByRole("region", { name: "Selection" });
    await within(selection).findByRole("heading", { name: /34 messages selected/ });
    expect(selection.textContent).toMatch(/in 17 conversations · 35 points/);
    await within(selection).findByText(/The left oven trips/);
    expect(url(app)).toMatchObject({ topic: ["top_oven"] });
    await waitFor(() => expect(lastDrawn(app).slice(-2)).toEqual([points - 9, 9]));
    fireEvent.click(within(selection).getByLabelText("Remove: Oven repairs"));
    await screen.findByRole("region", { name: "Topics" });
    expect(url(app)).not.toHaveProperty("topic");
  });

  it("highlights the hits of a search, lists them best first, and counts those not on the map", async () => {
    const app = openMap("/c/col_a/map?q=relay&topic=%5B%22top_oven%22%5D");
    await drawn(app);
    const hits = await screen.findByRole("region", { name: "Hits" });
    await within(hits).findByRole("heading", { name: /2 hits on the map/ });
    expect(hits.textContent).toMatch(/1 hit outside the selection\. 2 hits not on the map yet\./);
    const rows = await within(hits).findAllByRole("listitem");
    await waitFor(() => expect(rows[0]?.textContent).toMatch(/Ordered a relay.*Tobi/));
    await waitFor(() => expect(app.webGl.of("drawArrays").at(-1)?.args).toEqual(["POINTS", 0, 2]));
    expect(app.bodies(`POST ${col}/map/hits`)).toEqual([{ query: "relay", limit: 20 }]);
  });

  it("colours by another column, and selects its values in the legend, but not “all others”", async () => {
    const app = openMap();
    await drawn(app);
    fireEvent.change(screen.getByLabelText("Colour by"), { target: { value: "author" } });
    const legend = screen.getByRole("region", { name: "Legend" });
    const mira = await within(legend).findByText("Mira");
    expect(within(legend).getByText("3 others").closest("button")).toHaveProperty("disabled", true);
    fireEvent.click(mira);
    await screen.findByRole("region", { name: "Selection" });
    expect(url(app)).toMatchObject({ by: "author", author: ["Mira"] });
    await waitFor(() => expect(lastDrawn(app).slice(-2)).toEqual([4, 12]));
  });

  it("narrows a selection by a facet", async () => {
    const app = openMap("/c/col_a/map?topic=%5B%22top_oven%22%5D");
    await drawn(app);
    const selection = await screen.findByRole("region", { name: "Selection" });
    fireEvent.click(await within(selection).findByRole("tab", { name: "People" }));
    const bar = await within(selection).findByRole("button", { name: /Tobi/ });
    expect(bar.textContent).toBe("Tobi29\u00a0%");
    fireEvent.click(bar);
    await waitFor(() => expect(url(app)).toMatchObject({ author: ["Tobi"] }));
  });

  it("saves a selection as a label under a proposed name", async () => {
    const app = openMap("/c/col_a/map?topic=%5B%22top_oven%22%5D");
    await drawn(app);
    app.answer(`POST ${col}/labels`, {
      id: "lab_a",
      name: "Ovens",
      chunks: 35,
      createdAt: 1,
      selection: {},
    });
    fireEvent.click(await screen.findByText("Save as label"));
    const name = await screen.findByLabelText("Name of the label");
    expect(name).toHaveProperty("value", "Oven repairs");
    fireEvent.change(name, { target: { value: "Ovens" } });
    fireEvent.submit(name);
    await screen.findByText("Saved as “Ovens”, with 35 passages.");
    expect(app.bodies(`POST ${col}/labels`)).toEqual([
      { name: "Ovens", selection: { topics: ["top_oven"] } },
    ]);
  });

  it("shows the selected time on a slider, and shows all time again", async () => {
    const app = openMap(`/c/col_a/map?after=${at(4, 1)}&before=${at(4, 11)}`);
    await drawn(app);
    const strip = screen.getByRole("region", { name: "Time" });
    await within(strip).findByRole("slider", { name: "From 1 Apr 2026" });
    expect(within(strip).getByRole("slider", { name: "To 11 Apr 2026" })).toBeTruthy();
    fireEvent.click(within(strip).getByLabelText("Show all time"));
    await waitFor(() => expect(url(app)).not.toHaveProperty("after"));
  });

  it("moves, zooms and clears by keys", async () => {
    const app = openMap("/c/col_a/map?topic=%5B%22top_oven%22%5D");
    await drawn(app);
    const stage = screen.getByRole("application");
    act(() => {
      stage.focus();
      fireEvent.keyDown(document.documentElement, { key: "l", code: "KeyL" });
    });
    expect(screen.getByLabelText("Lasso").getAttribute("aria-pressed")).toBe("true");
    fireEvent.keyDown(window, { key: "Escape" });
    expect(screen.getByLabelText("Lasso").getAttribute("aria-pressed")).toBe("false");
    fireEvent.keyDown(window, { key: "Escape" });
    await waitFor(() => expect(url(app)).not.toHaveProperty("topic"));
  });

  it("is loading until the points are there, and needs twelve points", async () => {
    openMap("/c/col_a/map", { [`GET ${col}/map/points`]: pending });
    await screen.findByText("Loading the map");
    closeApp();
    openMap("/c/col_a/map", {
      [`GET ${col}/map/points`]: () =>
        packed(
          { analysis: "ana_a" },
          { x: x.slice(0, 5), y: y.slice(0, 5), topic: topicOf.slice(0, 5) },
        ),
    });
    await screen.findByText("A map needs at least 12 points. This collection has 5.");
  });
});

describe("the map as a table", () => {
  it("says why it cannot be drawn, and lists topics and messages", async () => {
    const app = openApp("/c/col_a/map", answers);
    expect((await screen.findByRole("alert")).textContent).toBe(
      "The map cannot be drawn: this browser does not support WebGL 2. This list has the same topics and messages.",
    );
    const table = screen.getByRole("table", { name: "Topics of the map" });
    const [, oven] = within(table).getAllByRole("row");
    expect(oven?.textContent).toBe("Oven repairs3413\u00a0%");
    fireEvent.click(within(table).getByText("Oven repairs"));
    await screen.findByRole("region", { name: "Selection" });
    expect(app.router.state.location.search).toMatchObject({ topic: ["top_oven"] });
  });

  it("is shown on demand, with a way back to the map", async () => {
    const app = openMap("/c/col_a/map?as=table");
    fireEvent.click(await screen.findByText("Show the map"));
    await drawn(app);
    expect(url(app)).not.toHaveProperty("as");
  });
});
