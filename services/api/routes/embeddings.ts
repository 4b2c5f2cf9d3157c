// The OpenAI-compatible embedding endpoint and the list of models.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  embeddingsAnswer,
  embeddingsRequest,
  modelCard,
  modelCards,
  openaiError,
} from "#services/contract/embeddings.ts";
import { rejected } from "#services/domain/errors.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import type { Embedder, EmbeddingModel } from "#services/embed/embed.ts";
import type { ApiApp, ApiParts } from "../api-app.ts";
import { textsOf } from "../token-input.ts";

const tags = ["OpenAI-compatible"];
/** Tokens of one request in all, as OpenAI has it. */
const MAX_TOKENS = 300_000;

const responses = <S extends z.ZodType>(schema: S, description: string) => ({
  200: { description, content: { "application/json": { schema } } },
  default: {
    description: "What went wrong, in OpenAI's shape",
    content: { "application/json": { schema: openaiError } },
  },
});

const checkModel = (model: EmbeddingModel, wanted: string): void => {
  if (wanted !== model.id)
    throw rejected(`The model \`${wanted.slice(0, 300)}\` does not exist here.`, {
      code: "unknown-model",
      status: 404,
      hint: `This server runs \`${model.id}\`.`,
      data: { param: "model" },
    });
};

const checkTexts = (embedder: Embedder, texts: readonly string[]): void => {
  const empty = texts.indexOf("");
  if (empty >= 0)
    throw rejected(`Input ${empty} is empty.`, { code: "empty-text", data: { param: "input" } });
  // A token has at least one character, so that most requests need no counting.
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  if (characters <= MAX_TOKENS) return;
  let tokens = 0;
  for (const text of texts) {
    tokens += embedder.countTokens(text);
    if (tokens > MAX_TOKENS)
      throw rejected(`The inputs have more than ${MAX_TOKENS} tokens together.`, {
        code: "text-too-long",
        hint: "Send them in several requests.",
        data: { param: "input" },
      });
  }
};

const asBase64 = (vector: Float32Array): string => {
  // Little-endian on the wire, as every machine that Node runs on has it in memory.
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
};

const listed = (vectors: Vectors, format: "float" | "base64") =>
  Array.from({ length: vectors.rows }, (_, index) => {
    const vector = row(vectors, index);
    return {
      object: "embedding" as const,
      index,
      embedding: format === "base64" ? asBase64(vector) : Array.from(vector),
    };
  });

/** How many tokens were embedded. */
export const TOKENS_HEADER = "x-parlance-tokens";

export const embeddingRoutes = (app: ApiApp, { machine }: ApiParts): void => {
  const created = Math.floor(machine.now() / 1000);
  const card = (model: EmbeddingModel) => ({
    id: model.id,
    object: "model" as const,
    created,
    owned_by: "parlance",
    dimensions: model.dim,
    max_tokens: model.maxTokens,
  });

  app.openapi(
    createRoute({
      method: "post",
      path: "/v1/embeddings",
      summary: "Embed texts",
      description:
        "As OpenAI's embeddings endpoint; any of their clients works with this base URL.",
      tags,
      request: {
        body: { required: true, content: { "application/json": { schema: embeddingsRequest } } },
      },
      responses: responses(embeddingsAnswer, "One embedding per input, in input order"),
    }),
    async (c) => {
      const request = c.req.valid("json");
      const embedder = await machine.embedder();
      checkModel(embedder.model, request.model);
      const texts = await textsOf(request.input);
      checkTexts(embedder, texts);
      const isQuery = (request.input_type ?? request.prompt_name) === "query";
      const whole = request.dimensions === embedder.model.dim;
      const { vectors, tokens } = await embedder.embed(texts, {
        inputType: isQuery ? "query" : "document",
        truncate: request.truncate === true,
        signal: c.req.raw.signal,
        ...(request.dimensions === undefined || whole ? {} : { dimensions: request.dimensions }),
      });
      const used = tokens.reduce((sum, count) => sum + count, 0);
      // For whoever counts them, who does not read the answer.
      c.header(TOKENS_HEADER, String(used));
      return c.json(
        {
          object: "list" as const,
          data: listed(vectors, request.encoding_format),
          model: embedder.model.id,
          usage: { prompt_tokens: used, total_tokens: used },
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/v1/models",
      summary: "The models that run here",
      tags,
      responses: responses(modelCards, "All of them"),
    }),
    async (c) => c.json({ object: "list" as const, data: [card(await machine.model())] }, 200),
  );

  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/v1/models/{id}",
    summary: "One model",
    description: "Ids may hold slashes, as they are or as %2F.",
    tags,
    request: { params: z.object({ id: z.string() }) },
    responses: responses(modelCard, "The model"),
  });
  app.get("/v1/models/:id{.+}", async (c) => {
    const model = await machine.model();
    const wanted = c.req.param("id");
    checkModel(model, /%2f/iu.test(wanted) ? decodeURIComponent(wanted) : wanted);
    return c.json(card(model), 200);
  });
};
