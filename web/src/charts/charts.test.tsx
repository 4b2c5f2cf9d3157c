// @vitest-environment happy-dom
// Figures as a card, a table, a chart and a heatmap; the time histogram; a chart saved as an SVG file.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Figure } from "#services/contract/figures.ts";
import { bars } from "../shape/figures/histogram.ts";
import { aFigure } from "../testing/analysis.builders.ts";
import { at } from "../testing/answers.builders.ts";
import { giveSize, showEverything } from "../testing/browser.builders.ts";
import { closeApp, openPart } from "../testing/web-app.builders.tsx";
import { FigureCard } from "./figure-card.tsx";
import { FigureChart } from "./figure-chart.tsx";
import { FigureTable } from "./figure-table.tsx";
import { Heatmap } from "./heatmap.tsx";
import { pictureOf } from "./picture.ts";
import { TimeHistogram } from "./time-histogram.tsx";

afterEach(closeApp);

const naming = { width: 86_400_000 };
const noTopics = new Map<string, never>();

const openCard = (figure: Figure, onOpen: (row: number) => void = () => {}) => {
  function Card() {
    const [table, setTable] = useState(false);
    return (
      <FigureCard
        figure={figure}
        topics={noTopics}
        asTable={table}
        onTable={setTable}
        onOpen={onOpen}
      />
    );
  }
  return openPart(Card);
};

describe("a figure on a card", () => {
  it("has title, summary and method, and changes from chart to table", async () => {
    openCard(aFigure());
    const card = await screen.findByRole("region", { name: "Messages over time" });
    expect(card.textContent).toContain("185 messages by day.");
    expect(within(card).queryByRole("table")).toBeNull();
    fireEvent.click(within(card).getByLabelText("Table"));
    expect(within(card).getByRole("table").textContent).toContain("1,204");
    fireEvent.click(within(card).getByText("How is this computed?"));
    await screen.findByText("Messages are counted by day.");
  });

  it("says why it is empty, and offers no file then", async () => {
    openCard(aFigure({ empty: "No message has a date." }));
    await screen.findByText("No message has a date.");
    expect(screen.queryByLabelText("Save “Messages over time”")).toBeNull();
  });

  it("is saved as CSV with a byte order mark", async () => {
    const blobs: Blob[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      blobs.push(blob as Blob);
      return "blob:test";
    });
    openCard(aFigure());
    fireEvent.click(await screen.findByLabelText("Save “Messages over time”"));
    fireEvent.click(await screen.findByText("Table (CSV)"));
    const bytes = new Uint8Array((await blobs[0]?.arrayBuffer()) ?? []);
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(new TextDecoder().decode(bytes)).toMatch(/^Day,Messages\r\n2026-03-0\dT.*,7\r\n/);
  });
});

describe("a figure as a table", () => {
  it("prints values by kind, and opens the messages of rows that have some", async () => {
    const opened: number[] = [];
    const figure = aFigure({
      name: "longest",
      title: "Longest conversations",
      columns: [
        { key: "conversation", label: "Conversation", kind: "conversation" },
        { key: "share", label: "Share", kind: "share" },
        { key: "time", label: "Time to reply", kind: "duration" },
        { key: "p", label: "p", kind: "p" },
      ],
      rows: [
        ["#shop", 0.034, 240, 0.0001],
        ["#ovens", null, 9000, 0.5],
      ],
      selections: [{ conversations: ["cnv_a"] }, null],
      chart: { type: "table", x: "conversation", y: "share", series: null, width: null },
    });
    openPart(() => (
      <FigureTable figure={figure} naming={naming} onOpen={(row) => opened.push(row)} />
    ));
    const [, first, second] = await screen.findAllByRole("row");
    expect(first?.textContent).toBe("#shop3.4\u00a0%4 minp\u00a0<\u00a00.001Messages");
    expect(second?.textContent).toBe("#ovens–2.5 hp\u00a0=\u00a00.50");
    expect(screen.getByText("#shop").getAttribute("href")).toBe("/conversation/cnv_a");
    fireEvent.click(screen.getAllByText("Messages").at(-1) as HTMLElement);
    expect(opened).toEqual([0]);
  });
});

const byTopic = (given: Partial<Figure>) =>
  aFigure({
    name: "topics-over-time",
    title: "Topics over time",
    columns: [
      { key: "time", label: "Day", kind: "time" },
      { key: "topic", label: "Topic", kind: "topic" },
      { key: "messages", label: "Messages", kind: "count" },
    ],
    rows: [1, 2, 3, 4].flatMap((day) => [
      [at(3, day, 0), "Oven repairs", day],
      [at(3, day, 0), "All others", 10],
    ]),
    selections: [1, 2, 3, 4].flatMap(() => [{ topics: ["top_oven"] }, null]),
    chart: {
      type: "stacked-area",
      x: "time",
      y: "messages",
      series: "topic",
      width: naming.width,
    },
    ...given,
  });

const openChart = (figure: Figure, onOpen: (row: number) => void = () => {}) => {
  giveSize(600, 260);
  openPart(() => (
    <FigureChart
      figure={figure}
      naming={naming}
      colourOf={(topic) => (topic === "top_oven" ? 2 : undefined)}
      onOpen={onOpen}
    />
  ));
};

describe("a figure as a chart", () => {
  it("has a legend with the topic's own colour, and grey for all others", async () => {
    openChart(byTopic({}));
    const legend = await screen.findByRole("list", { name: "Colours" });
    const items = within(legend).getAllByRole("listitem");
    expect(items.map((item) => [item.textContent, item.dataset["colour"]])).toEqual([
      ["Oven repairs", "#3a8ce5"],
      ["All others", "#9d968a"],
    ]);
    await waitFor(() => expect(document.querySelectorAll(".recharts-area")).toHaveLength(2));
  });

  it("is drawn as bars where it has too few steps for a line", async () => {
    openChart(
      byTopic({ rows: byTopic({}).rows.slice(0, 4), selections: [null, null, null, null] }),
    );
    await waitFor(() => expect(document.querySelectorAll(".recharts-bar")).toHaveLength(2));
    expect(document.querySelector(".recharts-area")).toBeNull();
  });

  it("is drawn without a legend where it has one series", async () => {
    openChart(aFigure());
    await waitFor(() => expect(document.querySelector(".recharts-area")).not.toBeNull());
    expect(screen.queryByRole("list", { name: "Colours" })).toBeNull();
  });
});

const hours = aFigure({
  name: "hours",
  title: "Hours and weekdays",
  says: "Busiest is Friday.",
  columns: [
    { key: "weekday", label: "Weekday", kind: "text" },
    { key: "hour", label: "Hour", kind: "text" },
    { key: "messages", label: "Messages", kind: "count" },
  ],
  rows: [
    ["Monday", "09:00", 0],
    ["Friday", "09:00", 15],
  ],
  selections: [null, { weekdays: [5], hours: [9] }],
  chart: { type: "heatmap", x: "hour", y: "weekday", series: null, width: null },
});

describe("a heatmap", () => {
  it("names the cell under the pointer with its count, and opens it", async () => {
    const opened: number[] = [];
    openPart(() => (
      <Heatmap figure={hours} naming={naming} scheme="light" onOpen={(row) => opened.push(row)} />
    ));
    await screen.findByText("Lightest: 0. Darkest: 15 messages.");
    const drawing = screen.getByRole("img", { name: /^Hours and weekdays\. Busiest is Friday/ });
    const [, friday] = drawing.querySelectorAll("rect");
    fireEvent.pointerEnter(friday as Element);
    expect(screen.getByText("Friday, 09:00: 15 messages")).toBeTruthy();
    fireEvent.click(drawing);
    expect(opened).toEqual([1]);
  });

  it("is lighter where there are fewer messages", async () => {
    openPart(() => <Heatmap figure={hours} naming={naming} scheme="light" onOpen={() => {}} />);
    const cells = (await screen.findByRole("img")).querySelectorAll("rect");
    expect([...cells].map((cell) => cell.getAttribute("fill-opacity"))).toEqual(["0.05", "1"]);
  });
});

describe("the time histogram", () => {
  const drawn = bars(
    [1, 2, 3, 4].map((day) => ({ from: at(3, day, 0), count: day })),
    naming.width,
    60,
  );
  const open = (state: { after?: number; before?: number } = {}) => {
    giveSize(400, 52);
    const states: unknown[] = [];
    openPart(() => (
      <TimeHistogram
        bars={drawn}
        spec={{ title: "Time", width: naming.width }}
        state={state}
        onState={(next) => states.push(next)}
      />
    ));
    return states;
  };

  it("selects the time from the first to the last bar of a drag, in either direction", async () => {
    const states = open();
    const plot = await screen.findByRole("img");
    plot.setPointerCapture = () => {};
    fireEvent.pointerDown(plot, { clientX: 350, pointerId: 1 });
    fireEvent.pointerMove(plot, { clientX: 150, pointerId: 1 });
    fireEvent.pointerUp(plot, { pointerId: 1 });
    expect(states).toEqual([{ after: at(3, 2, 0), before: at(3, 5, 0) }]);
  });

  it("describes itself, dims bars outside the range, and names the bar under the pointer", async () => {
    open({ after: at(3, 3, 0) });
    const plot = await screen.findByRole("img", {
      name: "Time: 10 messages from 1 Mar 2026 to 4 Mar 2026. Use the date filter to select a range.",
    });
    const faint = [...plot.querySelectorAll("rect")].map((bar) => bar.classList.contains("faint"));
    expect(faint).toEqual([true, true, false, false]);
    fireEvent.pointerMove(plot, { clientX: 250 });
    expect(screen.getByText("3 Mar 2026: 3")).toBeTruthy();
  });
});

describe("a chart as a file", () => {
  it("is an SVG of its own with title, summary, legend and styles as attributes", async () => {
    openChart(byTopic({}));
    await waitFor(() => expect(document.querySelector("svg.recharts-surface")).not.toBeNull());
    const caption = {
      title: "Topics <over> time",
      says: "A sentence that is long enough for two lines. ".repeat(3).trim(),
      legend: [{ label: "Oven repairs", colour: "#3a8ce5" }],
    };
    const picture = pictureOf(document.body, caption);
    const svg = new DOMParser().parseFromString(picture?.svg ?? "", "image/svg+xml");
    const texts = [...svg.querySelectorAll("text")].map((text) => text.textContent);
    expect(texts[0]).toBe("Topics <over> time");
    expect(texts[1]?.length).toBeLessThan(caption.says.length);
    expect(texts).toContain("Oven repairs");
    expect(svg.querySelector("[class], [style]")).toBeNull();
    expect(picture?.width).toBe(640);
  });

  it("is undefined where nothing is drawn", () => {
    const empty = { title: "", says: "", legend: [] };
    expect(pictureOf(document.createElement("div"), empty)).toBeUndefined();
  });
});

describe("a card that comes into view", () => {
  it("loads and draws its chart", async () => {
    showEverything();
    giveSize(600, 260);
    openCard(aFigure());
    await waitFor(() => expect(document.querySelector(".recharts-area")).not.toBeNull());
  });
});
