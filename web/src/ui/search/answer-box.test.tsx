// @vitest-environment happy-dom
// The box above the hits, and the page without hits: passages with sources, none, errors, a written answer, other spellings.
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { answer } from "#services/contract/answers.ts";
import { citedParts } from "../../shape/texts/cited.ts";
import { readWrittenEvents } from "../../shape/texts/event-stream.ts";
import { anAnswer } from "../../testing/answers.builders.ts";
import { closeApp, openApp, problem } from "../../testing/web-app.builders.tsx";

afterEach(closeApp);

const col = "/api/v1/collections/col_a";
const searching = `POST ${col}/search`;
const answering = `POST ${col}/answer`;
const passage = {
  text: "Clean the oven with soda.",
  highlights: [{ start: 10, end: 14 }],
  message: "msg_p",
  conversation: "cnv_p",
  collection: "col_a",
  title: "Kitchen",
  channel: null,
  source: "irc",
  author: "Ben",
  at: null,
  answers: "how to clean an oven?",
};
const quoting = (given: object = {}) =>
  answer.parse({
    passages: [passage],
    noMatch: null,
    notices: [],
    canWrite: false,
    tookMs: 3,
    ...given,
  });

describe("the answer box", () => {
  it("quotes passages with the question they answer and a link to the message", async () => {
    const app = openApp("/c/col_a/search?q=clean%20oven", {
      [searching]: anAnswer(),
      [answering]: quoting(),
    });
    const box = await screen.findByRole("region", { name: "Answer" });
    expect(box.textContent).toContain("Asked: how to clean an oven?");
    expect(box.querySelector("mark")?.textContent).toBe("oven");
    expect(screen.getByText("Ben").getAttribute("href")).toContain("/conversation/cnv_p?at=msg_p");
    expect(screen.queryByText("Ask the language model")).toBeNull();
    expect(app.bodies(answering)[0]).toEqual({ query: "clean oven" });
  });

  it("is not there for one word, and not where nothing is certain", async () => {
    const app = openApp("/c/col_a/search?q=oven", { [searching]: anAnswer() });
    await screen.findByText(/good match/);
    expect(app.bodies(answering)).toEqual([]);
    closeApp();
    openApp("/c/col_a/search?q=clean%20oven", {
      [searching]: anAnswer(),
      [answering]: quoting({ passages: [] }),
    });
    await screen.findByText(/good match/);
    await waitFor(() =>
      expect(screen.queryByRole("status", { name: "Looking for an answer" })).toBeNull(),
    );
    expect(screen.queryByRole("region", { name: "Answer" })).toBeNull();
  });

  it("says where it could not be loaded", async () => {
    openApp("/c/col_a/search?q=clean%20oven", {
      [searching]: anAnswer(),
      [answering]: problem(400, { title: "No", detail: "No." }),
    });
    expect((await screen.findByText(/could not be loaded/)).textContent).toContain("Try again");
  });

  it("offers a language model where one is configured, and says why it failed", async () => {
    openApp("/c/col_a/search?q=clean%20oven", {
      [searching]: anAnswer(),
      [answering]: quoting({ canWrite: true }),
      [`${answering}/written`]: problem(409, { title: "No", detail: "No language model." }),
    });
    fireEvent.click(await screen.findByText("Ask the language model"));
    await screen.findByText(/No language model\./);
  });
});

describe("a page without hits", () => {
  it("says which words no message contains, and searches another spelling", async () => {
    const understood = { ...anAnswer().understood, unknown: ["ovnn"] };
    const app = openApp("/c/col_a/search?q=ovnn", {
      [searching]: anAnswer({
        hits: [],
        total: 0,
        understood,
        noMatch: { reason: "unknown-words", excluding: [], suggestions: ["oven"] },
      }),
    });
    await screen.findByText("No good match");
    expect(screen.getByText("No message contains “ovnn”.")).toBeTruthy();
    fireEvent.click(screen.getByText("oven"));
    await waitFor(() => expect(app.bodies(searching).at(-1)).toMatchObject({ query: "oven" }));
  });
});

const all = async (...pieces: string[]) => {
  const source = async function* () {
    yield* pieces;
  };
  const events = [];
  for await (const event of readWrittenEvents(source())) events.push(event);
  return events;
};

describe("the events of a written answer", () => {
  it("are read from pieces that end anywhere", async () => {
    const text =
      'event: text\ndata: {"text":"Soda [1]"}\n\n: still here\n\nevent: end\ndata: {"cited":[1]}\n\n';
    for (const at of [3, 20, 44, 60])
      expect(await all(text.slice(0, at), text.slice(at))).toEqual([
        { event: "text", data: { text: "Soda [1]" } },
        { event: "end", data: { cited: [1] } },
      ]);
  });

  it("fail where they stop before the end", async () => {
    await expect(all('event: text\ndata: {"text":"Soda"}\n\n')).rejects.toThrow("broke off");
    await expect(all()).rejects.toThrow("broke off");
  });
});

describe("citations", () => {
  it("are told apart from the text, and only those of sources", () => {
    expect(citedParts("Soda [1], not [9].", 2)).toEqual([
      { at: 0, text: "Soda ", source: undefined },
      { at: 5, text: "[1]", source: 1 },
      { at: 8, text: ", not [9].", source: undefined },
    ]);
    expect(citedParts("", 1)).toEqual([]);
  });
});
