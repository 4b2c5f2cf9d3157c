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
import { row, type Vectors } from "#services/domain/vectors.ts";
import type { ModelFacts } from "#services/models/models.ts";
import type { ApiApp, ApiParts } from "../api-app.ts";
import { embedTexts, readyModels } from "../embed-texts.ts";
import { textsOf } from "../token-input.ts";

const tags = ["OpenAI-compatible"];

const responses = <S extends z.ZodType>(schema: S, description: string) => ({
  200: { description, content: { "application/json": { schema } } },
  default: {
    description: "What went wrong, in OpenAI's shape",
    content: { "application/json": { schema: openaiError } },
  },
});

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

export const embeddingRoutes = (app: ApiApp, { machine }: ApiParts): void => {
  const created = Math.floor(machine.now() / 1000);
  const card = (model: ModelFacts) => ({
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
      const embedder = await machine.embedder(request.model);
      const texts = await textsOf(request.input);
      const { vectors, tokens } = await embedTexts(c, embedder, texts, {
        isQuery: (request.input_type ?? request.prompt_name) === "query",
        truncate: request.truncate === true,
        dimensions: request.dimensions,
      });
      return c.json(
        {
          object: "list" as const,
          data: listed(vectors, request.encoding_format),
          model: embedder.model.id,
          usage: { prompt_tokens: tokens, total_tokens: tokens },
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
    async (c) => {
      const data = (await readyModels(machine)).map(card);
      return c.json({ object: "list" as const, data }, 200);
    },
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
    const wanted = c.req.param("id").replaceAll(/%2f/giu, "/");
    return c.json(card(await machine.models.facts(wanted)), 200);
  });
};
