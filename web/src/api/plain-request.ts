// One request to the server: the answer is checked against the contract's schema, an error answer is thrown as a ProblemError.
import type { z } from "zod";
import { type Problem, problem } from "#services/contract/common.ts";
import { readRetryAfter } from "#services/contract/retry-after.ts";
import { serverAnswered, serverDidNotAnswer } from "./reachability.ts";

export const base = "/api/v1";

/** The server answered with an error (problem+json). */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  /** Milliseconds after which the server asks to be tried again (Retry-After); undefined where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(answered: Problem, retryAfterMs?: number) {
    super(answered.detail);
    this.problem = answered;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The server did not answer, or stopped while it did: it is down, or there is no network. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

export interface Question {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Error statuses that come with the same answer as 200, and are parsed like it. */
  readonly alsoParsed?: readonly number[];
  /** The media types that are read; JSON by default. */
  readonly accept?: string;
}
const bare = (status: number, title: string): Problem => ({
  type: "about:blank",
  title,
  status,
  code: `http-${status}`,
  detail: title || `The server answered with status ${status}.`,
});

/** The body of an error answer as a problem; a proxy's HTML page becomes a problem with the same status. */
export const readProblem = (text: string, status: number, title: string): Problem => {
  try {
    const read = problem.safeParse(JSON.parse(text));
    return read.success ? read.data : bare(status, title);
  } catch {
    return bare(status, title);
  }
};

const unreachable = (cause?: unknown): UnreachableError => {
  serverDidNotAnswer();
  return new UnreachableError("The server did not answer.", { cause });
};

/**
 * What `read` gives of a request or of the body of its answer.
 * @throws UnreachableError where the connection fails
 */
export const reading = async <T>(
  read: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> => {
  try {
    return await read();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw unreachable(cause);
  }
};

const send = (path: string, question: Question): Promise<Response> =>
  reading(
    () =>
      fetch(path, {
        method: question.method ?? "GET",
        headers: {
          accept: question.accept ?? "application/json",
          ...(question.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
        ...(question.signal === undefined ? {} : { signal: question.signal }),
      }),
    question.signal,
  );

/** A proxy answers so while the server behind it is down. */
export const isOfProxy = (status: number): boolean => status === 502 || status === 504;

const throwProblem = async (response: Response, { signal }: Question): Promise<never> => {
  if (isOfProxy(response.status)) throw unreachable();
  const text = await reading(() => response.text(), signal);
  serverAnswered();
  throw new ProblemError(
    readProblem(text, response.status, response.statusText),
    readRetryAfter(response.headers.get("retry-after"), Date.now()),
  );
};

/**
 * Sends a request and parses the answer with `schema`.
 * @throws ProblemError where the server answers with an error, UnreachableError where it does not answer, ZodError or
 * SyntaxError where the answer cannot be read.
 */
export const ask = async <S extends z.ZodType>(
  schema: S,
  path: string,
  question: Question = {},
): Promise<z.infer<S>> => {
  const response = await send(path, question);
  if (!response.ok && !question.alsoParsed?.includes(response.status))
    return await throwProblem(response, question);
  const text = await reading(() => response.text(), question.signal);
  serverAnswered();
  return schema.parse(JSON.parse(text));
};

/** Sends a request and gives the answer as it is, its body to be read with `reading`. @throws as `ask` does. */
export const open = async (path: string, question: Question): Promise<Response> => {
  const response = await send(path, question);
  if (!response.ok) return await throwProblem(response, question);
  serverAnswered();
  return response;
};

/** Sends a request whose answer has no body to read. @throws as `ask` does. */
export const tell = async (path: string, question: Question): Promise<void> => {
  const response = await send(path, question);
  if (!response.ok) await throwProblem(response, question);
  serverAnswered();
};
