// One request as it is, without a session: it is sent, its answer read, and its failures told apart.
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
  /** Sent as JSON; a blob as it is, with its type. */
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

export type Headers = Readonly<Record<string, string>>;

/** The body of a request, and the header that says what it is. */
const bodyOf = (body: unknown): { readonly type: Headers; readonly body?: BodyInit } => {
  if (body === undefined) return { type: {} };
  return body instanceof Blob
    ? { type: { "content-type": body.type }, body }
    : { type: { "content-type": "application/json" }, body: JSON.stringify(body) };
};

/** @param headers beside those that every request has */
export const send = (
  path: string,
  question: Question,
  headers: Headers = {},
): Promise<Response> => {
  const { type, ...body } = bodyOf(question.body);
  return reading(
    () =>
      fetch(path, {
        method: question.method ?? "GET",
        headers: {
          accept: question.accept ?? "application/json",
          ...type,
          ...headers,
        },
        ...body,
        ...(question.signal === undefined ? {} : { signal: question.signal }),
      }),
    question.signal,
  );
};

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
 * The answer, where it is none of an error that the question does not expect.
 * @throws ProblemError where it is an error, UnreachableError where a proxy says that the server is down
 */
export const expectSuccess = async (response: Response, question: Question): Promise<Response> =>
  response.ok || question.alsoParsed?.includes(response.status)
    ? response
    : await throwProblem(response, question);

/** The body of an answer, parsed with `schema`. @throws ZodError or SyntaxError where it cannot be read */
export const readAnswer = async <S extends z.ZodType>(
  schema: S,
  response: Response,
  question: Question,
): Promise<z.infer<S>> => {
  const text = await reading(() => response.text(), question.signal);
  serverAnswered();
  return schema.parse(JSON.parse(text));
};
