// One request to the server, on behalf of whoever is signed in: the answer is checked against the contract's schema.
import type { z } from "zod";
import { expectSuccess, type Question, readAnswer, send } from "./plain-request.ts";
import { serverAnswered } from "./reachability.ts";
import { withToken } from "./session.ts";

const sendWithToken = (path: string, question: Question): Promise<Response> =>
  withToken(async (headers) => expectSuccess(await send(path, question, headers), question));

/**
 * Sends a request and parses the answer with `schema`.
 * @throws ProblemError where the server answers with an error, UnreachableError where it does not answer, ZodError or
 * SyntaxError where the answer cannot be read.
 */
export const ask = async <S extends z.ZodType>(
  schema: S,
  path: string,
  question: Question = {},
): Promise<z.infer<S>> => readAnswer(schema, await sendWithToken(path, question), question);

/** Sends a request and gives the answer as it is, its body to be read with `reading`. @throws as `ask` does. */
export const open = async (path: string, question: Question): Promise<Response> => {
  const response = await sendWithToken(path, question);
  serverAnswered();
  return response;
};

/** Sends a request whose answer has no body to read. @throws as `ask` does. */
export const tell = async (path: string, question: Question): Promise<void> => {
  await open(path, question);
};
