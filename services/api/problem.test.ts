// Errors as answers: every kind its status, and nothing told that is not the caller's.
import { HTTPException } from "hono/http-exception";
import { describe, expect, it } from "vitest";
import { IndexError } from "#index-store/index-store.ts";
import { problem } from "#services/contract/common.ts";
import { openaiError } from "#services/contract/embeddings.ts";
import { corrupt, rejected, unavailable } from "#services/domain/errors.ts";
import { embeddingErrorOf } from "./embedding-error.ts";
import { openaiErrorOf } from "./openai-error.ts";
import { asParlanceError, problemOf } from "./problem.ts";

const answered = (error: unknown) => problem.parse(problemOf(asParlanceError(error), "req_1"));

describe("a problem", () => {
  it("has the status of its kind, or its own", () => {
    expect(answered(rejected("no", { code: "a" })).status).toBe(400);
    expect(answered(unavailable("no", { code: "a" })).status).toBe(503);
    expect(answered(corrupt("no", { code: "a" })).status).toBe(500);
    expect(answered(rejected("no", { code: "a", status: 413 })).status).toBe(413);
    expect(answered(unavailable("no", { code: "disk-full", status: 507 })).status).toBe(507);
  });

  it("says what the index says in words for people", () => {
    const codes = [
      "conflict",
      "unknown-version",
      "damaged",
      "unavailable",
      "bad-documents",
      "bad-query",
      "closed",
    ] as const;
    const statuses = codes.map((code) => answered(new IndexError(code, "x")).status);
    expect(statuses).toEqual([503, 404, 500, 503, 500, 400, 503]);
  });

  it("tells nothing of what broke inside", () => {
    const inside = answered(new TypeError("cannot read /secret/path"));
    expect(JSON.stringify(inside)).not.toContain("secret");
    expect(inside).toMatchObject({ status: 500, code: "internal", requestId: "req_1" });
    const damaged = answered(corrupt("Damaged.", { code: "x", data: { file: "/secret" } }));
    expect(JSON.stringify(damaged)).not.toContain("secret");
  });

  it("keeps what the framework refuses", () => {
    for (const [status, code] of [
      [400, "bad-json"],
      [415, "not-json"],
    ] as const)
      expect(answered(new HTTPException(status))).toMatchObject({
        status,
        code,
        hint: expect.any(String),
      });
  });
});

describe("a problem for OpenAI's clients", () => {
  it("has their shape and their codes", () => {
    const missing = rejected("no such model", {
      code: "unknown-model",
      status: 404,
      data: { param: "model" },
    });
    expect(openaiError.parse(openaiErrorOf(missing, 404)).error).toEqual({
      message: "no such model",
      type: "invalid_request_error",
      param: "model",
      code: "model_not_found",
    });
    expect(openaiErrorOf(unavailable("x", { code: "y" }), 503).error.type).toBe("server_error");
  });
});

describe("a problem of an embedding API", () => {
  it("has the shape of the API, and asks to come again more slowly where the server is busy", () => {
    const busy = unavailable("too much", { code: "busy", hint: "Wait." });
    expect(embeddingErrorOf("/api/embed", busy)).toEqual({
      status: 429,
      body: { error: "too much Wait." },
    });
    expect(embeddingErrorOf("/embed", busy)).toEqual({
      status: 429,
      body: { error: "too much Wait.", error_type: "Overloaded" },
    });
    expect(embeddingErrorOf("/v1/embeddings", busy)).toMatchObject({
      status: 429,
      body: { error: { type: "rate_limit_exceeded", code: "busy" } },
    });
    expect(embeddingErrorOf("/api/v1/search", busy)).toBeUndefined();
  });
});
