// @vitest-environment happy-dom
// The search page with its states, the concepts of a collection, one concept, the alerts.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { aFigure } from "../testing/analysis.builders.ts";
import {
  aCollection,
  aConcept,
  aConceptHit,
  aHit,
  anAlert,
  anAnswer,
  anExchangeHit,
} from "../testing/answers.builders.ts";
import { closeApp, openApp, pending, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const col = "/api/v1/collections/col_a";
const searching = `POST ${col}/search`;
const busy = (seconds: string) =>
  problem(
    503,
    { title: "Busy", detail: "Too many searches run at once." },
    { "retry-after": seconds },
  );

describe("the search page", () => {
  it("explains the operators before there is a query", async () => {
    openApp("/c/col_a/search");
    await screen.findByText("Search by meaning or by words");
    expect(screen.getByText("from:mira")).toBeTruthy();
  });

  it("shows hits with author, marked words, and why each was found", async () => {
    const app = openApp("/c/col_a/search?q=oven", {
      [searching]: anAnswer({ total: 1218, totalIsExact: false }),
    });
    await screen.findByText("about 1,218 good matches among passages");
    const [hit] = screen.getAllByRole("listitem");
    expect(hit?.querySelector("mark")?.textContent).toBe("oven");
    expect(
      within(hit as HTMLElement)
        .getByText("Mira")
        .getAttribute("href"),
    ).toBe("/conversation/cnv_a?at=msg_a&q=oven");
    fireEvent.click(screen.getByText("Why this hit?"));
    expect(screen.getByText(/1st, similarity 0.61/)).toBeTruthy();
    expect(screen.getByText(/2nd, BM25 4.2/)).toBeTruthy();
    expect(app.bodies(searching)[0]).toMatchObject({ query: "oven", limit: 20 });
  });

  it("shows an exchange as its question and its best answer, which leads to its place; the rest on request", async () => {
    openApp("/c/col_a/search?q=oven", { [searching]: anAnswer({ hits: [anExchangeHit()] }) });
    await screen.findByText("Exchange, 2 answers");
    const [card] = screen.getAllByRole("listitem");
    const inside = within(card as HTMLElement);
    expect(inside.getByText("Why does the left oven trip?")).toBeTruthy();
    const best = inside.getByText("Best answer").closest("li");
    expect(best?.textContent).toContain("Change the relay.");
    expect(inside.getByText("Jun").getAttribute("href")).toBe(
      "/conversation/cnv_a?at=msg_c&q=oven",
    );
    expect(inside.queryByText("Is it plugged in?")).toBeNull();
    const more = inside.getByRole("button", { name: "Show 2 more messages" });
    fireEvent.click(more);
    expect(inside.getByText("Is it plugged in?")).toBeTruthy();
    expect(more.getAttribute("aria-expanded")).toBe("true");
    fireEvent.click(inside.getByRole("button", { name: "Show less" }));
    expect(inside.queryByText("Thanks Jun, that was it.")).toBeNull();
  });

  it("says of an exchange without answers that it has none, and marks no only answer as the best", async () => {
    const [, only] = anExchangeHit().exchange?.answers ?? [];
    const hits = [
      anExchangeHit({ answers: [], best: null }),
      { ...anExchangeHit({ answers: only ? [only] : [] }), chunk: "exc_b" },
    ];
    openApp("/c/col_a/search?q=oven", { [searching]: anAnswer({ hits }) });
    await screen.findByText("Exchange, no answer");
    expect(screen.getByText("Exchange, 1 answer")).toBeTruthy();
    expect(screen.getByText("Change the relay.")).toBeTruthy();
    expect(screen.queryByText("Best answer")).toBeNull();
  });

  it("switches between everything, exchanges and messages", async () => {
    const units = ["exchange"] as const;
    const app = openApp("/c/col_a/search?q=oven", { [searching]: anAnswer() });
    const everything = await screen.findByRole("radio", { name: "Everything" });
    expect((everything as HTMLInputElement).checked).toBe(true);
    expect(app.bodies(searching)[0]).not.toHaveProperty("units");
    fireEvent.click(screen.getByRole("radio", { name: "Exchanges" }));
    await waitFor(() => expect(app.bodies(searching).at(-1)).toMatchObject({ units }));
    expect(app.router.state.location.search).toMatchObject({ q: "oven", unit: "exchange" });
  });

  it.each([[], [aHit()]])("does not say “about” where every hit is shown", async (...hits) => {
    openApp("/c/col_a/search?q=%22double%20crumb%22", {
      [searching]: anAnswer({ hits, total: hits.length, totalIsExact: false }),
    });
    await screen.findByText(
      hits.length === 0 ? "0 good matches among passages" : "1 good match among passages",
    );
  });

  it.each(['"double crumb"', "14.60", "{}", "[1]"])(
    "searches for what its address says: %s",
    async (query) => {
      const app = openApp(`/c/col_a/search?q=${encodeURIComponent(query)}`, {
        [searching]: anAnswer(),
      });
      await screen.findByText(/good match(?:es)? among passages/);
      expect(app.bodies(searching)[0]).toMatchObject({ query });
      expect(new URLSearchParams(app.router.state.location.searchStr).get("q")).toBe(query);
    },
  );

  it("says for words without hits what else was searched for, and the server's notices", async () => {
    const understood = {
      ...anAnswer().understood,
      expansions: [{ word: "ovn", to: ["oven"], isKnown: false }],
    };
    openApp("/c/col_a/search?q=ovn", {
      [searching]: anAnswer({ understood, notices: ["Version 2 is served."] }),
    });
    await screen.findByText("No message contains “ovn”. Searched also for “oven”.");
    expect(screen.getByText("Version 2 is served.")).toBeTruthy();
  });

  it("offers to search without filters where there are no hits", async () => {
    const role = encodeURIComponent('["tool"]');
    const app = openApp(`/c/col_a/search?q=oven&role=${role}`, {
      [searching]: anAnswer({ total: 0, hits: [] }),
    });
    await screen.findByText("The active filters may exclude all hits.");
    fireEvent.click(screen.getByText("Search without filters"));
    await waitFor(() => expect(app.bodies(searching)).toHaveLength(2));
    expect(app.bodies(searching)[1]).not.toHaveProperty("filters");
  });

  it("names the filters that exclude every message, and searches instead for what finds some", async () => {
    const app = openApp("/c/col_a/search?q=oven%20from%3Amirra", {
      [searching]: anAnswer({
        hits: [],
        total: 0,
        noMatch: {
          reason: "filters",
          excluding: [
            {
              filter: "from:mirra",
              says: "No message here is by “mirra”.",
              hint: "Did you mean “Mira”?",
            },
          ],
          suggestions: ["oven from:Mira"],
        },
      }),
    });
    await screen.findByRole("heading", { name: "The filters exclude every message" });
    expect(screen.getByText("No message here is by “mirra”. Did you mean “Mira”?")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "oven from:Mira" }));
    await waitFor(() =>
      expect(app.bodies(searching).at(-1)).toMatchObject({ query: "oven from:Mira" }),
    );
  });

  it("has a loading state", async () => {
    openApp("/c/col_a/search?q=oven", { [searching]: pending });
    await screen.findByRole("status", { name: "Searching" });
  });

  it("says that the server is busy, and tries again by itself", async () => {
    const app = openApp("/c/col_a/search?q=oven", { [searching]: busy("0.4") });
    const notice = await screen.findByText(/The server is busy, trying again/);
    expect(notice.textContent).toMatch(/trying again (in 1 s|now)\. Try [123] of 3\./);
    app.answer(searching, anAnswer());
    await screen.findByText("1 good match among passages");
    expect(screen.queryByText(/The server is busy/)).toBeNull();
  });

  it("stops after three more tries, and then tries on demand", async () => {
    const app = openApp("/c/col_a/search?q=oven", { [searching]: busy("0") });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Too many searches run at once.");
    expect(app.bodies(searching)).toHaveLength(4);
    app.answer(searching, anAnswer());
    fireEvent.click(within(alert).getByText("Try again"));
    await screen.findByText("1 good match among passages");
  });

  it("names the collections that work in part only, where all are searched", async () => {
    openApp("/search?q=oven", {
      "GET /api/v1/collections": {
        collections: [
          aCollection({
            health: { state: "degraded", reasons: [{ code: "x", message: "Words only." }] },
          }),
        ],
      },
      "POST /api/v1/search": anAnswer({ hits: [aHit({ title: "Relay" })] }),
    });
    const alert = await screen.findByRole("alert", { name: "Bakery: Works in part only" });
    expect(alert.textContent).toContain("Words only.");
    expect(screen.getByText("Bakery · Relay")).toBeTruthy();
  });
});

const list = `GET ${col}/concepts`;
const one = `GET ${col}/concepts/con_a`;
const hits = `GET ${col}/concepts/con_a/hits`;
const trend = `GET ${col}/concepts/con_a/trend`;

describe("the concepts page", () => {
  it("explains concepts where there is none, and opens the form", async () => {
    openApp("/c/col_a/concepts", { [list]: { concepts: [] } });
    await screen.findByText("No concepts yet");
    fireEvent.click(screen.getByText("New concept"));
    const dialog = await screen.findByRole("dialog", { name: "New concept" });
    fireEvent.click(within(dialog).getByRole("button", { name: "Create" }));
    await within(dialog).findByText("A concept needs a name.");
  });

  it("lists examples, matches, new matches and whether alerts are on", async () => {
    openApp("/c/col_a/concepts", {
      [list]: {
        concepts: [
          aConcept({ watch: true, unseen: 2 }),
          aConcept({ id: "b", up: 0, down: 0, matches: null }),
        ],
      },
    });
    const [first, second] = await screen.findAllByText("Oven trouble");
    expect(first?.closest("a")?.textContent).toMatch(
      /2 new.*alerts on.*3 examples, 1 counterexample.*21 matches/,
    );
    expect(second?.closest("a")?.textContent).toMatch(/no examples.*counting matches/);
  });
});

describe("the page of a concept", () => {
  const answers = {
    [one]: aConcept(),
    [hits]: {
      hits: [aConceptHit(), aConceptHit({ chunk: "chk_b", author: "Tobi", probability: 0.12 })],
      matches: 1,
      nextCursor: null,
    },
    [trend]: { figure: aFigure({ empty: "No messages are selected." }) },
  };

  it("shows its accuracy, its threshold and the ranking with probabilities", async () => {
    openApp("/c/col_a/concepts/con_a", answers);
    await screen.findByText(
      "3 examples, 1 counterexample · leave-one-out accuracy 86 % · trained in 12 ms",
    );
    expect(screen.getByText("21 matches with a probability of 50 % or more")).toBeTruthy();
    const ranking = await screen.findByRole("list", {
      name: "Messages, highest probability first",
    });
    expect(ranking.textContent).toMatch(/91\u00a0%.*Mira.*Below the threshold of 50\u00a0%.*Tobi/);
  });

  it("makes a message an example, and ranks again only on demand", async () => {
    const app = openApp("/c/col_a/concepts/con_a", answers);
    app.answer(`POST ${col}/concepts/con_a/examples`, aConcept({ up: 4 }));
    fireEvent.click(await screen.findByLabelText("Example: message of Tobi"));
    await screen.findByText(/4 examples, 1 counterexample/);
    expect(app.bodies(`POST ${col}/concepts/con_a/examples`)).toEqual([
      { chunk: "chk_b", verdict: "up" },
    ]);
    const asked = () => app.asked.filter((request) => request.request === hits).length;
    const before = asked();
    fireEvent.click(screen.getByText("Rank again"));
    await waitFor(() => expect(asked()).toBe(before + 1));
  });

  it("turns alerts on and then offers a webhook", async () => {
    const app = openApp("/c/col_a/concepts/con_a", answers);
    app.answer(`PATCH ${col}/concepts/con_a`, aConcept({ watch: true }));
    fireEvent.click(await screen.findByRole("switch", { name: /^Alert me about new matches/ }));
    await screen.findByLabelText("Webhook URL");
    expect(app.bodies(`PATCH ${col}/concepts/con_a`)).toEqual([{ watch: true }]);
  });
});

describe("the alerts page", () => {
  const alerts = "GET /api/v1/alerts";

  it("lists alerts with concept, probability and collection, and marks one as seen", async () => {
    const app = openApp("/alerts", {
      [alerts]: {
        alerts: [anAlert(), anAlert({ id: "b", seen: true })],
        unseen: 1,
        nextCursor: null,
      },
      "POST /api/v1/alerts/seen": {},
    });
    const page = await screen.findByRole("list", { name: "Alerts, newest first" });
    const [first, second] = within(page).getAllByRole("listitem");
    expect(first?.textContent).toMatch(/New.*Mira.*It tripped again.*Oven trouble77\u00a0%Bakery/);
    expect(second?.textContent).not.toContain("New");
    fireEvent.click(screen.getByLabelText("Mark as seen: message of Mira"));
    await waitFor(() =>
      expect(app.bodies("POST /api/v1/alerts/seen")).toEqual([{ alerts: ["alr_a"] }]),
    );
  });

  it("says how to get alerts where there are none", async () => {
    openApp("/alerts");
    await screen.findByText("No alerts");
  });

  it("is an error message where they cannot be loaded", async () => {
    openApp("/alerts", { [alerts]: problem(500, { title: "Broken", detail: "No rows." }) });
    expect((await screen.findByRole("alert")).textContent).toMatch(/Broken.*No rows/);
  });
});
