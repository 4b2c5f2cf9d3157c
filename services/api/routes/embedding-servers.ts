// Embedding as Ollama and text-embeddings-inference (TEI) answer it, for programs that are made for one of them.
import { createRoute } from "@hono/zod-openapi";
import type { z } from "zod";
import {
  ollamaEmbedAnswer,
  ollamaEmbedRequest,
  ollamaError,
  ollamaModels,
  ollamaPromptAnswer,
  ollamaPromptRequest,
  ollamaVersion,
  teiEmbedAnswer,
  teiEmbedRequest,
  teiError,
  teiInfo,
} from "#services/contract/embedding-servers.ts";
import type { ModelFacts } from "#services/models/models.ts";
import type { ApiApp, ApiParts } from "../api-app.ts";
import { asNumbers, embedTexts, MAX_TOKENS, readyModels } from "../embed-texts.ts";

const json = <S extends z.ZodType>(schema: S) => ({ "application/json": { schema } });

const responses = <S extends z.ZodType>(schema: S, description: string) => ({
  200: { description, content: json(schema) },
  default: { description: "What went wrong, in Ollama's shape", content: json(ollamaError) },
});

const teiResponses = <S extends z.ZodType>(schema: S, description: string) => ({
  200: { description, content: json(schema) },
  default: { description: "What went wrong, in TEI's shape", content: json(teiError) },
});

/** Ollama's clients add the tag `latest` to a name without one. */
const plainName = (name: string): string => name.replace(/:latest$/u, "");

const NANOSECONDS = 1_000_000;

const tags = { ollama: ["Ollama-compatible"], tei: ["TEI-compatible"] };

const ollamaRoutes = (app: ApiApp, { machine, version }: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/embed",
      summary: "Embed texts, as Ollama does",
      tags: tags.ollama,
      request: { body: { required: true, content: json(ollamaEmbedRequest) } },
      responses: responses(ollamaEmbedAnswer, "One embedding per input, in input order"),
    }),
    async (c) => {
      const { model, input, truncate, dimensions } = c.req.valid("json");
      const began = performance.now();
      const embedder = await machine.embedder(plainName(model));
      const loaded = performance.now();
      const texts = typeof input === "string" ? [input] : input;
      const wish = { isQuery: false, truncate, dimensions };
      const { vectors, tokens } = await embedTexts(c, embedder, texts, wish);
      return c.json(
        {
          model,
          embeddings: asNumbers(vectors),
          total_duration: Math.round((performance.now() - began) * NANOSECONDS),
          load_duration: Math.round((loaded - began) * NANOSECONDS),
          prompt_eval_count: tokens,
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/embeddings",
      summary: "Embed one text, as older clients of Ollama ask for it",
      tags: tags.ollama,
      request: { body: { required: true, content: json(ollamaPromptRequest) } },
      responses: responses(ollamaPromptAnswer, "The embedding"),
    }),
    async (c) => {
      const { model, prompt } = c.req.valid("json");
      const embedder = await machine.embedder(plainName(model));
      const { vectors } = await embedTexts(c, embedder, [prompt], {
        isQuery: false,
        truncate: true,
      });
      return c.json({ embedding: asNumbers(vectors)[0] ?? [] }, 200);
    },
  );

  const listed = ({ id, fingerprint, bytes }: ModelFacts) => ({
    name: id,
    model: id,
    modified_at: new Date(0).toISOString(),
    size: bytes ?? 0,
    digest: fingerprint,
    details: { format: "onnx", family: "embedding" },
  });
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/tags",
      summary: "The models that run here, as Ollama lists them",
      tags: tags.ollama,
      responses: responses(ollamaModels, "All of them"),
    }),
    async (c) => c.json({ models: (await readyModels(machine)).map(listed) }, 200),
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/version",
      summary: "Parlance's version, where Ollama's clients look for one",
      tags: tags.ollama,
      responses: responses(ollamaVersion, "The version"),
    }),
    (c) => c.json({ version }, 200),
  );
};

const teiRoutes = (app: ApiApp, { machine, version }: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "post",
      path: "/embed",
      summary: "Embed texts, as text-embeddings-inference does",
      tags: tags.tei,
      request: { body: { required: true, content: json(teiEmbedRequest) } },
      responses: teiResponses(teiEmbedAnswer, "One embedding per input, in input order"),
    }),
    async (c) => {
      const { inputs, truncate, prompt_name: prompt, dimensions } = c.req.valid("json");
      const texts = typeof inputs === "string" ? [inputs] : inputs;
      const wish = { isQuery: prompt === "query", truncate: truncate === true, dimensions };
      const { vectors } = await embedTexts(c, await machine.embedder(), texts, wish);
      return c.json(asNumbers(vectors), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/info",
      summary: "The model that runs here, as text-embeddings-inference describes it",
      tags: tags.tei,
      responses: teiResponses(teiInfo, "Its facts and limits"),
    }),
    async (c) => {
      const { id, fingerprint, pooling, maxTokens } = await machine.model();
      return c.json(
        {
          model_id: id,
          model_sha: fingerprint,
          model_dtype: "float32",
          model_type: { embedding: { pooling } },
          max_input_length: maxTokens,
          max_client_batch_size: 2048,
          max_batch_tokens: MAX_TOKENS,
          version,
        },
        200,
      );
    },
  );
};

export const embeddingServerRoutes = (app: ApiApp, parts: ApiParts): void => {
  ollamaRoutes(app, parts);
  teiRoutes(app, parts);
};
