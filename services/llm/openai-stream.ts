// Streams a chat completion from a server with OpenAI's API: server-sent events, of which the pieces of text are passed on.
import { z } from "zod";
import { answerPromptOf, MOST_SOURCES } from "./answer-prompt.ts";
import type { AnsweringRequest, AnswerPiece } from "./answering.ts";
import { readWritten } from "./written.ts";

/** The part of the driver's options that a stream needs. */
interface Server {
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly timeoutMs?: number;
}

/** Milliseconds without a byte after which the server counts as gone. */
const SILENCE_MS = 60_000;
const MOST_BYTES = 1024 * 1024;

const chunk = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }).nullish() })),
});

class StreamFailure extends Error {}

/** The text in one line of the stream; undefined for other lines, null at the end. */
const textIn = (line: string): string | null | undefined => {
  const data = /^data: ?(.*)$/.exec(line)?.[1];
  if (data === undefined || data === "") return undefined;
  if (data === "[DONE]") return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch (cause) {
    throw new StreamFailure("The language model's answer is no event stream.", { cause });
  }
  return chunk.safeParse(parsed).data?.choices[0]?.delta?.content ?? undefined;
};

/** @param heard called for all that comes, also where it is no text of the answer: a model may think for minutes */
const pieces = async function* (
  response: Response,
  heard: () => void,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  let size = 0;
  for await (const bytes of response.body ?? []) {
    heard();
    size += bytes.length;
    if (size > MOST_BYTES) throw new StreamFailure("The language model's answer is too long.");
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const text = textIn(line);
      if (text === null) return;
      if (text !== undefined) yield text;
    }
  }
  // A connection that is cut in the middle must not look like a whole answer.
  throw new StreamFailure("The language model's answer broke off.");
};

/** Never throws: a failure is the last piece. Sends the request once. */
export const writeAnswer = async function* (
  { baseUrl, apiKey, model, timeoutMs = SILENCE_MS }: Server,
  request: AnsweringRequest,
  signal: AbortSignal,
): AsyncGenerator<AnswerPiece, void, undefined> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), timeoutMs);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), timeoutMs);
  };
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, "")}/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, messages: answerPromptOf(request), stream: true }),
      // Messages must go to the configured server and nowhere else.
      redirect: "error",
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok)
      throw new StreamFailure(`The language model's server answered ${response.status}.`);
    const sources = request.sources.slice(0, MOST_SOURCES).map(({ text }) => text);
    yield* readWritten(pieces(response, heard), sources);
  } catch (error) {
    const message =
      error instanceof StreamFailure
        ? error.message
        : silence.signal.aborted
          ? `The language model said nothing for ${timeoutMs / 1000} s.`
          : `The language model cannot be reached at ${new URL(baseUrl).origin}.`;
    yield { kind: "failed", message };
  } finally {
    clearTimeout(timer);
  }
};
