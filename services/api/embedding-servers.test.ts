// Tests of the embedding APIs of Ollama and text-embeddings-inference: the same vectors as OpenAI's, failures in their own shapes.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ollamaEmbedAnswer,
  ollamaError,
  ollamaModels,
  ollamaPromptAnswer,
  teiEmbedAnswer,
  teiError,
  teiInfo,
} from "#services/contract/embedding-servers.ts";
import { embeddingsAnswer } from "#services/contract/embeddings.ts";
import { openTestApi, type TestApi } from "./api.builders.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ idle: true });
});
afterAll(async () => await api.close());

const model = "hash-64";
const texts = ["the printer is on fire", "hello"];
const post = (path: string, body: object) =>
  api.ask(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
const expected = async (): Promise<unknown[]> => {
  const answer = await post("/v1/embeddings", { model, input: texts });
  return embeddingsAnswer.parse(await answer.json()).data.map(({ embedding }) => embedding);
};

describe("Ollama's API", () => {
  it("gives the vectors of one text and of several, with the tag “latest” and without", async () => {
    const several = await post("/api/embed", {
      model: `${model}:latest`,
      input: texts,
      options: {},
    });
    const found = ollamaEmbedAnswer.parse(await several.json());
    expect(found.embeddings).toEqual(await expected());
    expect([found.model, found.prompt_eval_count]).toEqual([`${model}:latest`, 6]);
    const one = await post("/api/embed", { model, input: texts[1] });
    expect(ollamaEmbedAnswer.parse(await one.json()).embeddings).toEqual([found.embeddings[1]]);
    const old = await post("/api/embeddings", { model, prompt: texts[1] });
    expect(ollamaPromptAnswer.parse(await old.json()).embedding).toEqual(found.embeddings[1]);
  });

  it("cuts what is too long unless it is told not to", async () => {
    const input = "word ".repeat(300);
    const cut = await post("/api/embed", { model, input });
    expect(ollamaEmbedAnswer.parse(await cut.json()).prompt_eval_count).toBe(256);
    const refused = await post("/api/embed", { model, input, truncate: false });
    expect(refused.status).toBe(400);
    expect(ollamaError.parse(await refused.json()).error).toMatch(/300 tokens/u);
  });

  it("lists the models, and says which one is not there", async () => {
    const { models } = ollamaModels.parse(await (await api.ask("/api/tags")).json());
    expect(models.map(({ name }) => name)).toEqual([model]);
    expect((await api.ask("/api/version")).status).toBe(200);
    const other = await post("/api/embed", { model: "nomic-embed-text", input: "x" });
    expect([other.status, ollamaError.parse(await other.json()).error]).toEqual([
      404,
      expect.stringContaining("nomic-embed-text"),
    ]);
  });
});

describe("text-embeddings-inference's API", () => {
  it("gives the vectors, also shortened ones, and the model's facts", async () => {
    const answer = await post("/embed", { inputs: texts, normalize: true });
    expect(teiEmbedAnswer.parse(await answer.json())).toEqual(await expected());
    const short = await post("/embed", { inputs: texts[0], dimensions: 32, truncate: null });
    expect(teiEmbedAnswer.parse(await short.json()).map(({ length }) => length)).toEqual([32]);
    const info = teiInfo.parse(await (await api.ask("/info")).json());
    expect(info).toMatchObject({ model_id: model, max_input_length: 256 });
  });

  it("says what is wrong in its shape", async () => {
    for (const body of [
      { inputs: "word ".repeat(300) },
      { inputs: [] },
      { inputs: "x", normalize: false },
      {},
    ]) {
      const refused = await post("/embed", body);
      expect(refused.status).toBe(400);
      expect(teiError.parse(await refused.json()).error_type).toBe("Validation");
    }
  });

  it("takes bodies as large as OpenAI's clients send, and no larger", async () => {
    const inputs = Array.from({ length: 2000 }, () => "word ".repeat(200));
    const refused = await post("/embed", { inputs, truncate: true });
    expect(teiError.parse(await refused.json()).error).toMatch(/300000 tokens/u);
    expect((await post("/embed", { inputs: "x".repeat(8_100_000) })).status).toBe(413);
  });
});
