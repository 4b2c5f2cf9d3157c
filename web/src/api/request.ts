// One question to the server: a typed fetch whose answer is checked by the contract, and whose refusal is a problem.
import type { z } from "zod";
import { type Problem, problem } from "#services/contract/common.ts";
import { serverAnswered, serverDidNotAnswer } from "./reachability.ts";

export const base = "/api/v1";

/** The server understood and refused, or failed in a way it can name (problem+json). */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(refusal: Problem) {
    super(refusal.detail);
    this.problem = refusal;
  }
}

/** Nobody answered: the server is down, or there is no network. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

export interface Question {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

const bare = (status: number, title: string): Problem => ({
  type: "about:blank",
  title,
  status,
  code: `http-${status}`,
  detail: title || `The server answered with status ${status}.`,
});

/** Reads a refusal's body; a proxy's HTML page still becomes a problem with its status. */
export const readProblem = (text: string, status: number, title: string): Problem => {
  try {
    const read = problem.safeParse(JSON.parse(text));
    return read.success ? read.data : bare(status, title);
  } catch {
    return bare(status, title);
  }
};

const send = async (path: string, question: Question): Promise<Response> => {
  try {
    return await fetch(path, {
      method: question.method ?? "GET",
      headers:
        question.body === undefined
          ? { accept: "application/json" }
          : { accept: "application/json", "content-type": "application/json" },
      ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
      ...(question.signal === undefined ? {} : { signal: question.signal }),
    });
  } catch (cause) {
    if (question.signal?.aborted) throw cause;
    serverDidNotAnswer();
    throw new UnreachableError("Parlance does not answer. It may be restarting.", { cause });
  }
};

const refuse = async (response: Response): Promise<never> => {
  // A development or reverse proxy answers 502/504 for a server that is down.
  if (response.status === 502 || response.status === 504) {
    serverDidNotAnswer();
    throw new UnreachableError("Parlance does not answer. It may be restarting.");
  }
  serverAnswered();
  throw new ProblemError(readProblem(await response.text(), response.status, response.statusText));
};

/**
 * Asks and parses the answer with `schema`.
 * @throws ProblemError where the server refuses, UnreachableError where nobody answers, ZodError where the answer breaks the contract.
 */
export const ask = async <S extends z.ZodType>(
  schema: S,
  path: string,
  question: Question = {},
): Promise<z.infer<S>> => {
  const response = await send(path, question);
  if (!response.ok) return await refuse(response);
  serverAnswered();
  return schema.parse(await response.json());
};

/** Asks for something to be done where the answer has nothing to read. */
export const tell = async (path: string, question: Question): Promise<void> => {
  const response = await send(path, question);
  if (!response.ok) await refuse(response);
  serverAnswered();
};
