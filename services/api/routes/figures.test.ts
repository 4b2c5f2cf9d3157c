// Figures, the messages behind them, comparisons, the overview and the report, over HTTP on the sample that ships.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { narrowSelection } from "#services/analyse/frame/select-narrow.ts";
import { printCsv } from "#services/contract/figure-csv.ts";
import {
  comparison,
  type Figure,
  type FigureName,
  figureList,
  figureName,
  overview,
  type SelectedMessage,
  selectedMessages,
} from "#services/contract/figures.ts";
import type { Selection } from "#services/contract/selection.ts";
import { type AnalysedApi, openAnalysedApi } from "#services/views/analysed.builders.ts";

let api: AnalysedApi;
let all: readonly SelectedMessage[];

beforeAll(async () => {
  api = await openAnalysedApi();
  all = await api.messages();
});
afterAll(() => api.close());

const figures = async (body: Record<string, unknown> = {}): Promise<Figure[]> =>
  (await api.read(figureList, `${api.at}/figures`, { body })).figures;

const one = async (name: FigureName, body: Record<string, unknown> = {}): Promise<Figure> => {
  const [figure] = await figures({ figures: [name], ...body });
  if (!figure) throw new Error(`${name} was not answered`);
  return figure;
};

const bad = (body: unknown, path = "messages") => api.refusal(`${api.at}/${path}`, { body });

describe("a selection", () => {
  const some = <K extends keyof SelectedMessage>(key: K) => [
    ...new Set(all.map((message) => message[key])),
  ];
  const utc = (at: number | null) => (at === null ? undefined : new Date(at));
  /** The field, what it is to hold, and the same said of a message as the list shows it. */
  const cases: readonly (readonly [
    string,
    () => { selection: Selection; holds: (message: SelectedMessage) => boolean },
  ])[] = [
    ["everything", () => ({ selection: {}, holds: () => true })],
    [
      "time",
      () => {
        const times = all.flatMap(({ at }) => at ?? []).sort((a, b) => a - b);
        const [after = 0, before = 0] = [0.2, 0.7].map((q) => times[Math.floor(q * times.length)]);
        return {
          selection: { after, before },
          holds: ({ at }) => at !== null && at >= after && at < before,
        };
      },
    ],
    [
      "authors",
      () => {
        const authors = some("author").slice(0, 3);
        return { selection: { authors }, holds: ({ author }) => authors.includes(author) };
      },
    ],
    ["roles", () => ({ selection: { roles: ["user"] }, holds: ({ role }) => role === "user" })],
    [
      "sources",
      () => ({
        selection: { sources: ["irc", "chatgpt"] },
        holds: ({ source }) => source === "irc" || source === "chatgpt",
      }),
    ],
    [
      "channels",
      () => {
        const [channel = ""] = some("channel").filter((name) => name !== null);
        return {
          selection: { channels: [channel] },
          holds: (message) => message.channel === channel,
        };
      },
    ],
    [
      "languages",
      () => ({
        selection: { languages: [null, "de"] },
        holds: ({ language }) => language === null || language === "de",
      }),
    ],
    [
      "conversations",
      () => {
        const conversations = some("conversation").slice(0, 5);
        return {
          selection: { conversations },
          holds: ({ conversation }) => conversations.includes(conversation),
        };
      },
    ],
    [
      "hours",
      () => ({
        selection: { hours: [9, 10, 21] },
        holds: ({ at }) => [9, 10, 21].includes(utc(at)?.getUTCHours() ?? -1),
      }),
    ],
    [
      "weekdays",
      () => ({
        selection: { weekdays: [1, 7] },
        holds: ({ at }) => [0, 1].includes(utc(at)?.getUTCDay() ?? -1),
      }),
    ],
    [
      "sentiment",
      () => ({
        selection: { sentiment: ["negative", "positive"] },
        holds: ({ sentiment }) => sentiment !== null && Math.abs(sentiment) >= 0.15,
      }),
    ],
    [
      "flags",
      () => ({
        selection: { flags: ["question"] },
        holds: ({ flags }) => flags.includes("question"),
      }),
    ],
    [
      "topics",
      () => {
        const [topic = ""] = some("topic").filter((id) => id !== null);
        return {
          selection: { topics: [topic, "none"] },
          holds: (message) => message.topic === topic || message.topic === null,
        };
      },
    ],
    [
      "several at once",
      () => ({
        selection: { roles: ["user", "person"], flags: ["question"], sources: ["irc", "openai"] },
        holds: ({ role, flags, source }) =>
          (role === "user" || role === "person") &&
          flags.includes("question") &&
          (source === "irc" || source === "openai"),
      }),
    ],
  ];

  it.each(cases)("by %s holds what its field says, and inverted the rest", async (_, make) => {
    const { selection, holds } = make();
    const ids = (messages: readonly SelectedMessage[]) =>
      messages.map(({ message }) => message).sort();
    const expected = all.filter(holds);
    expect(expected.length).toBeGreaterThan(0);
    expect(ids(await api.messages(selection))).toEqual(ids(expected));
    const rest = all.filter((message) => !holds(message));
    expect(ids(await api.messages({ ...selection, not: true }))).toEqual(ids(rest));
  });

  it("by a parent topic holds all below it", async () => {
    const topics = await api.topics();
    const parents = topics.filter(({ children }) => children.length > 0);
    expect(parents.length).toBeGreaterThan(0);
    for (const { id, children, messages } of parents) {
      expect(await api.total({ topics: [id] })).toBe(messages);
      expect(await api.total({ topics: children })).toBe(messages);
    }
  });

  it("by a version holds what was in it", async () => {
    const { version } = await api.settled();
    expect(await api.total({ version: version ?? 0 })).toBe(
      all.filter(({ point }) => point !== null).length,
    );
    const first = await api.total({ version: 1 });
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(all.length);
    expect(await bad({ selection: { version: 10_000 } })).toEqual([404, "unknown-version"]);
  });

  it("that names what is not there selects nothing, and what is not understood is refused", async () => {
    for (const selection of [
      { authors: ["nobody at all"] },
      { topics: ["top_00000000"] },
      { labels: ["lab_00000000"] },
      { concepts: ["con_00000000"] },
      { models: ["none-of-these"] },
    ])
      expect(await api.total(selection)).toBe(0);
    for (const selection of [
      { hours: [24] },
      { colour: "red" },
      { area: [[0, 0]] },
      { after: "yesterday" },
      { not: false },
    ])
      expect(await bad({ selection })).toEqual([400, "bad-request"]);
    expect(await api.refusal("/api/v1/collections/col_00000000/messages", { body: {} })).toEqual([
      404,
      "unknown-collection",
    ]);
  });
});

describe("a list of messages", () => {
  it.each(["newest", "oldest", "typical", "longest"] as const)(
    "has no repeats and no gaps from page to page, %s first",
    async (sort) => {
      const seen: SelectedMessage[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await api.read(selectedMessages, `${api.at}/messages`, {
          body: { sort, limit: 83, ...(cursor ? { cursor } : {}) },
        });
        expect(page.total).toBe(all.length);
        seen.push(...page.messages);
        cursor = page.nextCursor;
      }
      expect(new Set(seen.map(({ message }) => message)).size).toBe(all.length);
      const keys = seen.map(({ at, textLength }) =>
        sort === "longest"
          ? -textLength
          : sort === "oldest"
            ? (at ?? Infinity)
            : -(at ?? -Infinity),
      );
      if (sort !== "typical") expect(keys).toEqual(keys.toSorted((a, b) => a - b));
    },
  );

  it("counts facets of everything that is selected", async () => {
    const { facets, total, conversations } = await api.read(
      selectedMessages,
      `${api.at}/messages`,
      { body: { selection: { sources: ["irc"] }, facets: true, limit: 1 } },
    );
    const irc = all.filter(({ source }) => source === "irc");
    expect(total).toBe(irc.length);
    expect(conversations).toBe(new Set(irc.map(({ conversation }) => conversation)).size);
    expect(facets?.sources.map(({ value, count }) => [value, count])).toEqual([["irc", total]]);
    for (const { value, count } of facets?.authors ?? [])
      expect(irc.filter(({ author }) => author === value)).toHaveLength(count);
  });

  it("refuses a cursor of another order", async () => {
    const page = await api.read(selectedMessages, `${api.at}/messages`, { body: { limit: 2 } });
    expect(await bad({ sort: "longest", cursor: page.nextCursor })).toEqual([400, "bad-cursor"]);
    expect(await bad({ cursor: "nonsense" })).toEqual([400, "bad-cursor"]);
    expect(await bad({ limit: 0 })).toEqual([400, "bad-request"]);
  });
});

describe("sentences and reports", () => {
  it("write dates in the form of English that is asked for, and as in the United Kingdom otherwise", async () => {
    const said = async (language?: string) =>
      (await one("volume", { step: "day", ...(language === undefined ? {} : { language }) })).says;
    const british = await said();
    const day = /(\d{1,2}) (\p{L}+) (\d{4})/u.exec(british);
    if (day === null) throw new Error(british);
    const [text, dayOfMonth, month, year] = day;
    expect(await said("en-US")).toBe(british.replace(text, `${month} ${dayOfMonth}, ${year}`));
    expect(await said("en-x-iso8601")).toMatch(/\d{4}-\d\d-\d\d/u);
    const report = await (await api.ask(`${api.at}/report?format=md&language=en-x-iso8601`)).text();
    expect(report).toMatch(/Made \d{4}-\d\d-\d\d from version/u);
    expect(await api.refusal(`${api.at}/overview?language=de-DE`)).toEqual([400, "bad-request"]);
  });
});

describe("figures", () => {
  it("are answered by every name, each as a whole table", async () => {
    const found = await figures();
    expect(found.map(({ name }) => name)).toEqual([...figureName.options]);
    for (const { name, columns, rows, selections, chart, says, method, empty } of found) {
      expect(selections, name).toHaveLength(rows.length);
      for (const row of rows) expect(row, name).toHaveLength(columns.length);
      const keys = columns.map(({ key }) => key);
      expect(keys).toEqual(expect.arrayContaining([chart.x, chart.y]));
      if (chart.series !== null) expect(keys).toContain(chart.series);
      expect(method.length).toBeGreaterThan(20);
      if (empty === null) expect(says.length, name).toBeGreaterThan(10);
      else expect(rows, name).toEqual([]);
    }
  });

  it.each(["volume", "topics-over-time", "hours", "people", "languages"] as const)(
    "of %s open exactly the messages that each datum counts",
    async (name) => {
      for (const page of [{}, { roles: ["user", "person"] }] as const) {
        const { columns, rows, selections } = await one(name, { selection: page });
        const at = columns.findIndex(({ key }) => key === "messages");
        expect(rows.length).toBeGreaterThan(0);
        for (const [place, row] of rows.entries()) {
          const opens = selections[place];
          if (opens === null || opens === undefined) {
            expect(row[at]).toBe(0);
            continue;
          }
          const both = narrowSelection({ ...page, roles: [...(page.roles ?? [])] }, opens, []);
          const selection = "roles" in page ? both : opens;
          expect(await api.total((selection ?? {}) as Selection), JSON.stringify(opens)).toBe(
            row[at],
          );
        }
      }
    },
  );

  it("of volume count every dated message, in the step asked for", async () => {
    for (const step of ["day", "month"] as const) {
      const { rows, chart } = await one("volume", { step });
      const sum = rows.reduce((count, [, messages]) => count + Number(messages), 0);
      expect(sum).toBe(all.filter(({ at }) => at !== null).length);
      expect(chart.width).toBeGreaterThanOrEqual(86_400_000);
    }
  });

  it("are printed as CSV with a line for each datum", async () => {
    for (const figure of await figures()) {
      const lines = printCsv(figure).split("\r\n");
      expect(lines.at(-1)).toBe("");
      if (figure.name === "people" || figure.name === "volume")
        expect(lines).toHaveLength(figure.rows.length + 2);
      // A comma within quotation marks separates nothing.
      const cells = lines[0]?.replaceAll(/"[^"]*"/g, "quoted").split(",");
      expect(cells).toHaveLength(figure.columns.length);
    }
  });

  it("refuse a name, a step and a level that there are not", async () => {
    for (const body of [{ figures: ["pie"] }, { step: "minute" }, { level: 3 }, { top: 0 }])
      expect(await bad(body, "figures")).toEqual([400, "bad-request"]);
  });
});

describe("a comparison", () => {
  it("says what each side has more of, and opens the messages of each side", async () => {
    const [a, b] = [{ sources: ["irc"] }, { sources: ["irc"], not: true }] as const;
    const found = await api.read(comparison, `${api.at}/compare`, { body: { a, b } });
    expect(found.a.messages + found.b.messages).toBe(all.length);
    expect(found.shared).toBe(0);
    expect(found.differences.length).toBeGreaterThan(0);
    for (const one of found.differences) {
      expect(one.low).toBeLessThanOrEqual(one.effect);
      expect(one.high).toBeGreaterThanOrEqual(one.effect);
      if (one.kind === "author" && one.selectionA !== null)
        expect(await api.total(one.selectionA)).toBe(one.countA);
    }
    const same = await api.read(comparison, `${api.at}/compare`, { body: { a, b: a } });
    expect(same.shared).toBe(found.a.messages);
    expect(same.differences.filter(({ p }) => p < 0.05)).toEqual([]);
    expect(await bad({ a }, "compare")).toEqual([400, "bad-request"]);
    expect(await bad({ a, b: { version: 999 } }, "compare")).toEqual([404, "unknown-version"]);
  });
});

describe("the overview", () => {
  it("says what is in a collection, and of one that is not analysed that much", async () => {
    const found = await api.read(overview, `${api.at}/overview`);
    expect(found).toMatchObject({
      messages: all.length,
      analysis: { state: "done", stale: false },
    });
    const people = all.filter(({ role }) => role === "user" || role === "person");
    expect(found.people).toBe(new Set(people.map(({ author }) => author)).size);
    expect(found.says.length).toBeGreaterThan(0);
    expect(found.topics.length).toBeGreaterThan(0);
    if (found.fresh) expect(await api.total(found.fresh.selection)).toBe(found.fresh.messages);
    const { id } = await api.makeCollection("Empty");
    const empty = await api.read(overview, `/api/v1/collections/${id}/overview`);
    expect(empty).toMatchObject({ messages: 0, topics: [], volume: null, fresh: null });
    const none = await api.read(figureList, `/api/v1/collections/${id}/figures`, { body: {} });
    expect(none).toEqual({ analysis: null, messages: 0, figures: [] });
  });
});
