// @vitest-environment happy-dom
// Shared links: how they are made and withdrawn, and what whoever has one sees.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pack } from "#services/contract/packed.ts";
import { madeShare, openedShare, share } from "#services/contract/shares.ts";
import { anAuthState, signedInAs } from "../testing/account.builders.ts";
import { aTopic, aTopicDetail } from "../testing/analysis.builders.ts";
import {
  aConversationPage,
  aHit,
  aMessage,
  anAnswer,
  anExchangeHit,
  at,
  type Given,
} from "../testing/answers.builders.ts";
import { giveSize } from "../testing/browser.builders.ts";
import { type Answers, closeApp, openApp, pending, problem } from "../testing/web-app.builders.tsx";

// Conversations draw what is seen of them.
beforeEach(() => giveSize(800, 600));
afterEach(closeApp);

const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const token = "t".repeat(43);
const notAllowed = problem(403, {
  code: "not-allowed",
  title: "Not allowed",
  detail: "You do not manage this collection.",
});

const aShare = (given: Given<typeof share> = {}) =>
  share.parse({
    id: "sha_a",
    target: { kind: "report" },
    title: "Bakery",
    hasPassword: false,
    madeBy: "Mira Okafor",
    madeById: "usr_a",
    createdAt: at(5, 1),
    expiresAt: at(6, 1),
    opened: 0,
    lastOpenedAt: null,
    ...given,
  });
const made = madeShare.parse({ share: aShare(), link: `http://localhost/shared#token=${token}` });
const shares = "GET /api/v1/collections/col_a/shares";
const make = "POST /api/v1/collections/col_a/shares";

describe("sharing by a link", () => {
  it("is for a topic, with days and a password; the link is shown once", async () => {
    const app = openApp("/c/col_a/topics/top_oven", {
      ...signedInAs(),
      "GET /api/v1/collections/col_a/topics/top_oven": aTopicDetail(),
      [shares]: { shares: [] },
      [make]: made,
    });
    fireEvent.click(await screen.findByRole("button", { name: "Share this topic by a link" }));
    const dialog = await screen.findByRole("dialog", { name: "Share this topic" });
    await within(dialog).findByRole("checkbox", { name: "Also show a few of its messages" });
    type("It works for", "400");
    type("Password (optional)", "short");
    const send = within(dialog).getByRole("button", { name: "Make the link" });
    fireEvent.click(send);
    await within(dialog).findByText("It needs at least 8 characters.");
    type("It works for", "7");
    type("Password (optional)", "open sesame");
    fireEvent.click(send);
    await screen.findByText(made.link);
    expect(app.bodies(make)).toEqual([
      {
        target: { kind: "topic", topic: "top_oven", examples: false },
        days: 7,
        password: "open sesame",
      },
    ]);
    press("Done");
    await waitFor(() => expect(screen.queryByText(made.link)).toBeNull());
  });

  it("shares a search as it is asked", async () => {
    const app = openApp("/c/col_a/search?q=oven&author=%5B%22Mira%22%5D&unit=message", {
      ...signedInAs(),
      "POST /api/v1/collections/col_a/search": anAnswer({ hits: [aHit()] }),
      [shares]: { shares: [] },
      [make]: made,
    });
    fireEvent.click(await screen.findByRole("button", { name: "Share this search by a link" }));
    fireEvent.click(await screen.findByRole("button", { name: "Make the link" }));
    await screen.findByText(made.link);
    expect(app.bodies(make)).toEqual([
      {
        target: {
          kind: "search",
          query: "oven",
          filters: { authors: ["Mira"] },
          units: ["message"],
        },
        days: 30,
      },
    ]);
  });

  it("says whom to ask where somebody does not manage the collection", async () => {
    const app = openApp("/conversation/cnv_a", {
      ...signedInAs({ role: "member" }),
      "GET /api/v1/conversations/cnv_a": aConversationPage(),
      [shares]: notAllowed,
    });
    const button = { name: "Share this conversation by a link" };
    fireEvent.click(await screen.findByRole("button", button));
    await screen.findByText(/Only those who manage this collection share parts of it/);
    expect(screen.queryByRole("button", { name: "Make the link" })).toBeNull();
    expect(app.bodies(make)).toHaveLength(0);
  });

  it("is not offered to viewers, nor where nobody signs in", async () => {
    const answers = { "GET /api/v1/conversations/cnv_a": aConversationPage() };
    openApp("/conversation/cnv_a", { ...signedInAs({ role: "viewer" }), ...answers });
    await screen.findByText("Is the relay new?");
    expect(screen.queryByRole("button", { name: /Share/ })).toBeNull();
    closeApp();
    giveSize(800, 600);
    openApp("/conversation/cnv_a", answers);
    await screen.findByText("Is the relay new?");
    expect(screen.queryByRole("button", { name: /Share/ })).toBeNull();
  });
});

describe("the shared links of a collection", () => {
  const settings = (answers: Answers): Answers => ({
    ...signedInAs(),
    "GET /api/v1/collections/col_a/access": { everybody: "read", grants: [] },
    ...answers,
  });

  it("are listed in its settings, and withdrawn", async () => {
    const opened = aShare({ hasPassword: true, opened: 3, lastOpenedAt: at(5, 8), title: "Oven" });
    const app = openApp(
      "/c/col_a/settings",
      settings({
        [shares]: { shares: [opened] },
        "DELETE /api/v1/collections/col_a/shares/sha_a": () => new Response(null),
      }),
    );
    const list = await screen.findByRole("list", { name: "Shared links" });
    expect(list.textContent).toMatch(
      /OvenPasswordReport · by Mira Okafor · made 1 May 2026 · (until|ended) 1 Jun 2026opened 3 times/,
    );
    press("Withdraw the link to Oven");
    const dialog = await screen.findByRole("dialog", { name: "Withdraw this link?" });
    app.answer(shares, { shares: [] });
    fireEvent.click(within(dialog).getByRole("button", { name: "Withdraw" }));
    await screen.findByText(/There are none/);
  });

  it("are not shown to those who do not manage it", async () => {
    openApp("/c/col_a/settings", settings({ [shares]: notAllowed }));
    await screen.findByRole("heading", { name: "Access" });
    await waitFor(() => expect(screen.queryByRole("heading", { name: "Shared links" })).toBeNull());
  });
});

describe("a shared link", () => {
  const open = "POST /api/v1/shared/open";
  const shown = { title: "Oven controller", collection: "Bakery", expiresAt: at(6, 1) };
  const address = `/shared#token=${token}`;
  /** A server with accounts, and nobody who is signed in. */
  const asStranger = (answers: Answers): Answers => ({
    "GET /api/v1/auth/state": anAuthState({ accounts: true }),
    "POST /api/v1/auth/refresh": problem(401, { title: "Signed out", detail: "Sign in." }),
    ...answers,
  });
  const conversation = openedShare.parse({
    kind: "conversation",
    ...shown,
    conversation: aConversationPage(),
  });

  it("asks for its password, then shows the conversation to read, and nothing of the app", async () => {
    const app = openApp(
      address,
      asStranger({
        [open]: (body: unknown) => {
          const { password } = body as { password?: string };
          if (password === "open sesame") return conversation;
          const code = password === undefined ? "password-needed" : "wrong-password";
          return problem(403, { code, title: "Password", detail: "The password is wrong." });
        },
      }),
    );
    await screen.findByRole("heading", { name: "Shared with you" });
    type("Password", "wrong");
    press("Open");
    await screen.findByText("The password is wrong.");
    type("Password", "open sesame");
    press("Open");
    await screen.findByRole("heading", { level: 1, name: "Oven controller" });
    await screen.findByText("Is the relay new?");
    expect(screen.queryByRole("button", { name: "Original record" })).toBeNull();
    expect(screen.queryByRole("link", { name: "Parlance home page" })).toBeNull();
    expect(screen.getByRole("contentinfo").textContent).toMatch(
      /Shared with Parlance.*ends on 1 Jun 2026/,
    );
    expect(document.querySelector("meta[name=robots]")?.getAttribute("content")).toBe("noindex");
    expect(app.bodies(open)).toHaveLength(3);
    expect(app.asked.at(-1)?.headers.get("x-parlance-client")).toBe("web");
    expect(app.asked.filter(({ request }) => request === "GET /api/v1/account")).toHaveLength(0);
  });

  it("is not shown any longer once it was withdrawn", async () => {
    const check = "POST /api/v1/shared/check";
    const app = openApp(
      address,
      asStranger({ [open]: conversation, [check]: new Response(null, { status: 204 }) }),
    );
    await screen.findByText("Is the relay new?");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const lookAgain = (awayMs = 30_000) => {
      vi.setSystemTime(Date.now() + awayMs);
      fireEvent(document, new Event("visibilitychange", { bubbles: true }));
    };
    // Whoever was away for a moment only does not ask.
    lookAgain(29_000);
    expect(app.bodies(check)).toEqual([]);
    lookAgain(1000);
    await waitFor(() => expect(app.bodies(check)).toEqual([{ token }]));
    // What else goes wrong says nothing about the link.
    app.answer(check, problem(503, { title: "Busy", detail: "Come again." }));
    lookAgain();
    await waitFor(() => expect(app.bodies(check)).toHaveLength(2));
    expect(screen.getByText("Is the relay new?")).toBeTruthy();
    app.answer(
      check,
      problem(410, {
        code: "link-used",
        title: "Gone",
        detail: "This link does not work any more.",
      }),
    );
    lookAgain();
    await screen.findByRole("heading", { name: "This link has ended" });
    expect(screen.queryByText("Is the relay new?")).toBeNull();
    lookAgain();
    expect(app.bodies(open)).toHaveLength(1);
    expect(app.bodies(check)).toHaveLength(3);
    vi.useRealTimers();
  });

  it("is not shown any longer once what it opened is deleted", async () => {
    const check = "POST /api/v1/shared/check";
    const gone = problem(404, { code: "share-gone", title: "Gone", detail: "It was deleted." });
    openApp(address, asStranger({ [open]: conversation, [check]: gone }));
    await screen.findByText("Is the relay new?");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30_000 });
    fireEvent(document, new Event("visibilitychange", { bubbles: true }));
    await screen.findByRole("heading", { name: "It is not there any more" });
    expect(screen.queryByText("Is the relay new?")).toBeNull();
    vi.useRealTimers();
  });

  it("shows the hits of a search, and more of them on demand", async () => {
    const page = (hits: ReturnType<typeof aHit>[], nextCursor: string | null) =>
      openedShare.parse({
        kind: "search",
        ...shown,
        title: "oven",
        query: "oven",
        answer: anAnswer({ hits, nextCursor }),
      });
    const app = openApp(
      address,
      asStranger({
        [open]: (body: unknown) =>
          (body as { cursor?: string }).cursor === undefined
            ? page([aHit(), anExchangeHit()], "next")
            : page([aHit({ chunk: "chk_z", author: "Zoe" })], null),
      }),
    );
    await screen.findByText("Search in Bakery · 2+ hits");
    expect(screen.queryAllByRole("link").map((link) => link.textContent)).toEqual([
      "Skip to content",
    ]);
    press("Show more hits");
    await screen.findByText("Zoe");
    expect(app.bodies(open)).toEqual([{ token }, { token, cursor: "next" }]);
    expect(screen.getByText("Search in Bakery · 3 hits")).toBeTruthy();
  });

  it("shows what is known of a topic", async () => {
    const example = {
      ...{ chunk: "chk_a", message: "msg_a", conversation: "cnv_a", title: null },
      ...{ author: "Jun", at: null, text: "Change the relay." },
    };
    const detail = aTopicDetail({ topic: aTopic({ examples: [example] }) });
    const topic = openedShare.parse({ kind: "topic", ...shown, topic: detail });
    openApp(address, asStranger({ [open]: topic }));
    await screen.findByRole("heading", { level: 1, name: "Oven repairs" });
    await screen.findByRole("heading", { name: "Keywords" });
    expect(screen.getByText("Walnut bread")).toBeTruthy();
    expect(screen.getByText("Change the relay.")).toBeTruthy();
  });

  it("shows a map by its topics, of which some can be chosen, where nothing can be drawn", async () => {
    const points = {
      x: new Float32Array([0, 1, 2]),
      y: new Float32Array([0, 1, 2]),
      topic: new Int16Array([0, 0, -1]),
    };
    const map = {
      unit: "chunk",
      points: 3,
      messages: 3,
      extent: { left: 0, right: 2, bottom: 0, top: 2 },
      regions: [],
      topics: [
        { topic: "top_oven", title: "Oven repairs", colour: 0 },
        { topic: "top_bread", title: "Walnut bread", colour: 1 },
        { topic: "top_hidden", title: "Hidden", colour: 2 },
      ],
      listed: ["top_bread", "top_oven"],
      packed: btoa(String.fromCharCode(...pack({}, points))),
    };
    openApp(address, asStranger({ [open]: openedShare.parse({ kind: "map", ...shown, map }) }));
    await screen.findByText("Map of 3 messages");
    const topic = await screen.findByRole("button", { name: "Oven repairs" });
    fireEvent.click(topic);
    expect(topic.getAttribute("aria-pressed")).toBe("true");
    // In the order of the map's own page, whichever have most points.
    const list = within(screen.getByRole("region", { name: "Topics" }));
    expect(list.getAllByRole("button").map((one) => one.textContent)).toEqual([
      "Walnut bread",
      "Oven repairs",
    ]);
    expect(screen.getByText(/^The map cannot be drawn/)).toBeTruthy();
    expect(screen.queryByRole("link", { name: /Open the message/ })).toBeNull();
  });

  it("shows a report in a frame that runs nothing", async () => {
    const report = openedShare.parse({ kind: "report", ...shown, html: "<h1>Report</h1>" });
    openApp(address, asStranger({ [open]: report }));
    const frame = await screen.findByTitle("Report of Oven controller");
    expect(frame.getAttribute("sandbox")).toBe("");
    expect(frame.getAttribute("srcdoc")).toBe("<h1>Report</h1>");
    expect(screen.getByRole("button", { name: "Download" })).toBeTruthy();
  });

  it.each([
    ["link-used", 410, "This link has ended"],
    ["share-gone", 404, "It is not there any more"],
  ])("says calmly that there is nothing to read: %s", async (code, status, title) => {
    openApp(
      address,
      asStranger({ [open]: problem(status, { code, title: "Gone", detail: "Gone." }) }),
    );
    await screen.findByRole("heading", { level: 1, name: title });
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("opens for somebody who is signed in likewise, and is busy until then", async () => {
    openApp(address, { ...signedInAs(), [open]: pending });
    await screen.findByRole("status", { name: "Loading" });
    closeApp();
    giveSize(800, 600);
    openApp(address, { ...signedInAs(), [open]: conversation });
    await screen.findByText("Is the relay new?");
    expect(screen.queryByRole("button", { name: /Your account/ })).toBeNull();
  });

  it("loads further messages as one reads on", async () => {
    const second = openedShare.parse({
      kind: "conversation",
      ...shown,
      conversation: aConversationPage({
        messages: [aMessage({ id: "msg_z", text: "It is the newest relay." })],
      }),
    });
    const first = openedShare.parse({
      kind: "conversation",
      ...shown,
      conversation: aConversationPage({ nextCursor: "o2" }),
    });
    const app = openApp(
      address,
      asStranger({
        [open]: (body: unknown) =>
          (body as { cursor?: string }).cursor === undefined ? first : second,
      }),
    );
    await screen.findByText("It is the newest relay.");
    expect(app.bodies(open).at(-1)).toEqual({ token, cursor: "o2" });
  });
});
