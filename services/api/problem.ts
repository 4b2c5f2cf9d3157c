// Errors → problem+json (RFC 9457): one table from the kinds of failure to statuses.
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { IndexError } from "#index-store/index-store.ts";
import type { Problem } from "#services/contract/common.ts";
import { diskFull, isDiskFull } from "#services/domain/disk-full.ts";
import {
  corrupt,
  type ErrorKind,
  ParlanceError,
  rejected,
  unavailable,
} from "#services/domain/errors.ts";
import { refusedHeaders } from "./rate-limits.ts";

export const statusOf = {
  rejected: 400,
  unavailable: 503,
  corrupt: 500,
} as const satisfies Record<ErrorKind, ContentfulStatusCode>;

const titles: Readonly<Record<number, string>> = {
  400: "Not accepted",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Not possible here",
  408: "Too slow",
  409: "Not possible in this state",
  413: "Too large",
  415: "Not a format that is read here",
  416: "Not in the file",
  421: "Not the host that this server is",
  422: "Not acceptable",
  429: "Too many requests",
  500: "Something is broken",
  503: "Not available right now",
  507: "No room left",
};

const indexFailures = {
  "unknown-version": (error: IndexError) =>
    rejected("There is no such version of this collection.", {
      code: "unknown-version",
      status: 404,
      cause: error,
    }),
  damaged: (error: IndexError) =>
    corrupt("The index of this collection is damaged, and no version of it can be read.", {
      code: "index-damaged",
      hint: "It is rebuilt from the database: try again in a minute. `./parlance doctor` says what is damaged.",
      cause: error,
    }),
  "bad-documents": (error: IndexError) =>
    corrupt("The index refused the documents.", { code: "bad-documents", cause: error }),
  "bad-query": (error: IndexError) =>
    rejected(`The index cannot answer this query: ${error.message}`, {
      code: "bad-query",
      cause: error,
    }),
  conflict: (error: IndexError) =>
    unavailable("Another process changed the index at the same time.", {
      code: "index-busy",
      hint: "Try again.",
      cause: error,
    }),
  unavailable: (error: IndexError) =>
    // Where another server fails, the message says which, by the name of its setting.
    unavailable(
      error.cause instanceof Error && error.cause.name === "AnnError"
        ? error.message
        : "The index cannot be read right now.",
      { code: "index-unavailable", hint: "Try again.", cause: error },
    ),
  closed: (error: IndexError) =>
    unavailable("The server is closing, or the collection was just erased.", {
      code: "index-closed",
      hint: "Try again.",
      cause: error,
    }),
} as const satisfies Record<IndexError["code"], (error: IndexError) => ParlanceError>;

/** What the framework refuses before a route sees it. */
const ofFramework = (error: HTTPException): ParlanceError => {
  const { status } = error;
  const details = { status, cause: error };
  if (status === 400)
    return rejected("The body is not valid JSON.", {
      ...details,
      code: "bad-json",
      hint: "/docs describes what each address takes.",
    });
  if (status === 415)
    return rejected("The body is not marked as JSON.", {
      ...details,
      code: "not-json",
      hint: "Send it with the header content-type: application/json.",
    });
  return rejected(error.message || "Refused.", { ...details, code: "bad-request" });
};

/** What is not known becomes "internal": its message may hold anything, and is for the log only. */
export const asParlanceError = (error: unknown): ParlanceError => {
  if (error instanceof ParlanceError) return error;
  if (isDiskFull(error)) return diskFull("nothing more can be saved", { cause: error });
  if (error instanceof IndexError) return indexFailures[error.code](error);
  if (error instanceof HTTPException) return ofFramework(error);
  return corrupt("An internal error occurred. The server's log has the details.", {
    code: "internal",
    hint: "Report it with the request id.",
    cause: error,
  });
};

export const problemOf = (error: ParlanceError, requestId: string): Problem => {
  const status = error.status ?? statusOf[error.kind];
  return {
    type: `urn:parlance:problem:${error.code}`,
    title: titles[status] ?? "Refused",
    status,
    code: error.code,
    detail: error.message,
    requestId,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    // What broke inside may name files and rows: only the caller's own mistakes are told in full.
    ...(error.kind === "rejected" && Object.keys(error.data).length > 0
      ? { data: error.data }
      : {}),
  };
};

export const answerProblem = (c: Context, error: ParlanceError, requestId: string): Response => {
  const body = problemOf(error, requestId);
  return c.body(JSON.stringify(body), body.status as ContentfulStatusCode, {
    "content-type": "application/problem+json",
    ...refusedHeaders(body.status, error),
  });
};

/** A zod failure as the caller's mistake, naming the first wrong place in the sentence and all of them in `data`. */
export const fromZod = (error: z.core.$ZodError, where: string): ParlanceError => {
  const [first] = error.issues;
  const path = first?.path.join(".") ?? "";
  return rejected(
    `${path === "" ? `The ${where}` : `\`${path}\``}: ${first?.message ?? "not understood"}.`,
    {
      code: "bad-request",
      hint: "/docs describes what each address takes.",
      data: {
        where,
        issues: error.issues
          .slice(0, 20)
          .map((issue) => ({ path: issue.path.join("."), message: issue.message })),
      },
    },
  );
};
