// Answers over HTTP: passages without a language model, a written answer with one, and what is said where there is nothing.
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answer } from "#services/contract/answers.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { openTestApi, printerDay, type TestApi } from "../api.builders.ts";

let plain: TestApi;
let writing: TestApi;
let model: Server;
let collection: string;
let asked: string;
/** What the model was sent, and what it is to say. */
const sent: string[] = [];
let said: readonly string[] = [];
/** Where it is set, the model says no more after that, and this is called when it has nobody left to say it to. */
let whenLeft: (() => void) | undefined;

beforeAll(async () => {
  model = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      sent.push(Buffer.concat(parts).toString("utf8"));
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const content of said)
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
      if (whenLeft === undefined) response.end("data: [DONE]\n\n");
      else response.on("close", whenLeft);
    });
  });
  await new Promise<void>((ready) => model.listen(0, "127.0.0.1", ready));
  const address = model.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const day = `${printerDay}\n[00:20] <eve> mount the usb stick with write permission by udisks, or write to eve@example.org`;
  plain = await openTestApi();
  writing = await openTestApi({
    env: { PARLANCE_LLM_BASE_URL: `http://127.0.0.1:${port}/v1`, PARLANCE_LLM_MODEL: "small" },
  });
  collection = (await plain.makeCollection("Plain")).id;
  asked = (await writing.makeCollection("Writing")).id;
  await plain.importText(collection, "ubuntu/2008-01-03.log", day);
  await writing.importText(asked, "ubuntu/2008-01-03.log", day);
});
afterAll(async () => {
  await plain.close();
  await writing.close();
  model.close();
});

const question = "how do I mount a usb stick with write permission";

describe("an answer", () => {
  it("quotes messages with their sources", async () => {
    const found = await plain.read(answer, `/api/v1/collections/${collection}/answer`, {
      body: { query: question },
    });
    expect(found).toMatchObject({ canWrite: false, noMatch: null });
    expect(found.passages.length).toBeGreaterThan(0);
    for (const passage of found.passages) {
      expect(passage).toMatchObject({ collection, source: "irc" });
      expect(passage.text).toMatch(/mount/);
    }
    const all = await plain.read(answer, "/api/v1/answer", { body: { query: question, limit: 1 } });
    expect(all.passages).toEqual(found.passages.slice(0, 1));
  });

  it("is there for a question of nothing but a phrase or a required word", async () => {
    for (const query of ['"stick with write permission"', "+plugdev"]) {
      const found = await plain.read(answer, "/api/v1/answer", { body: { query } });
      expect(found.passages.map(({ text }) => text).join()).toMatch(/mount/);
    }
  });

  it("is none for a misspelt word, which is offered in the right spelling, and only in that", async () => {
    const found = await plain.read(searchAnswer, "/api/v1/search", {
      body: { query: "Pruntar, zzqqxx?", mode: "lexical" },
    });
    expect(found).toMatchObject({
      hits: [],
      noMatch: { reason: "unknown-words", suggestions: ["printer, zzqqxx?"] },
    });
  });

  it("is none for words that no message contains, and a search says so", async () => {
    const query = "zzqqxx vvkkjj";
    const found = await plain.read(answer, "/api/v1/answer", { body: { query } });
    expect(found.passages).toEqual([]);
    const searched = await plain.read(searchAnswer, "/api/v1/search", {
      body: { query, mode: "lexical" },
    });
    expect(searched).toMatchObject({
      total: 0,
      hits: [],
      noMatch: { reason: "unknown-words", suggestions: [] },
      understood: { unknown: ["zzqqxx", "vvkkjj"] },
    });
  });

  it("says which words are unknown beside known ones, and answers those", async () => {
    const searched = await plain.read(searchAnswer, "/api/v1/search", {
      body: { query: "printer zzqqxx", mode: "lexical" },
    });
    expect(searched).toMatchObject({ noMatch: null, understood: { unknown: ["zzqqxx"] } });
    expect(searched.hits[0]?.snippet).toContain("printer");
  });

  it("counts rows with half of the question, not all with any of its words", async () => {
    const lexical = (query: string) =>
      plain.read(searchAnswer, "/api/v1/search", {
        body: { query, mode: "lexical", units: ["message"] },
      });
    const both = await lexical("cupsd plugdev");
    expect(both.total).toBe(both.facets?.time?.bins.reduce((sum, { count }) => sum + count, 0));
    const one = await lexical("my printer shows error 0x80070005 when I start cupsd");
    expect(one).toMatchObject({ total: 1, totalIsExact: true });
    expect(one.hits.length).toBeGreaterThan(1);
  });
});

const written = async (body: unknown) => {
  const response = await writing.ask(`/api/v1/collections/${asked}/answer/written`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  return response.text();
};

describe("a written answer", () => {
  it("comes as events: sources, text, end; its texts are masked before they are sent", async () => {
    said = ["Mount it ", "by udisks [1]."];
    const events = await written({ query: `${question} or write to me@example.org` });
    const names = [...events.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
    expect([...new Set(names)]).toEqual(["sources", "text", "end"]);
    const texts = [...events.matchAll(/^event: text\ndata: (.*)$/gm)].map(([, data]) => data);
    expect(texts.map((data) => JSON.parse(data ?? "").text).join("")).toBe(
      "Mount it by udisks [1].",
    );
    expect(events).toContain('{"cited":[1]}');
    expect(sent.at(-1)).toContain("«e-mail»");
    expect(sent.at(-1)).not.toContain("@example.org");
  });

  it("is not written on where whoever asked has gone", async () => {
    said = ["Mount it "];
    const left = new Promise<void>((resolve) => {
      whenLeft = resolve;
    });
    const response = await writing.ask(`/api/v1/collections/${asked}/answer/written`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: question }),
    });
    const reader = response.body?.getReader();
    for (let heard = ""; !heard.includes("event: text"); ) {
      const { value } = (await reader?.read()) ?? {};
      heard += new TextDecoder().decode(value);
    }
    await reader?.cancel();
    await left;
    whenLeft = undefined;
  });

  it("is refused without asking the model where no message is certain enough", async () => {
    const before = sent.length;
    expect(await written({ query: "zzqqxx vvkkjj" })).toMatch(/^event: refused/);
    expect(sent).toHaveLength(before);
  });

  it("is refused where the model finds no answer in the messages", async () => {
    said = ["NO ANSWER"];
    expect(await written({ query: question })).toMatch(/event: refused\n.*says the model/);
  });

  it("is not made where no model is configured, or for a request of another form", async () => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: question }),
    };
    expect(await plain.refusal("/api/v1/answer/written", { init })).toEqual([
      409,
      "no-language-model",
    ]);
    const wrong = { ...init, body: JSON.stringify({ query: 7 }) };
    expect((await writing.refusal("/api/v1/answer/written", { init: wrong }))[0]).toBe(400);
    expect((await writing.refusal("/api/v1/collections/col_x/answer/written", { init }))[0]).toBe(
      404,
    );
  });
});
