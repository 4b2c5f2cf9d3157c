// The driver for servers with OpenAI's chat completions API: one request with limits of time and size, repeated only when that can help.
import { z } from "zod";
import { nameIn } from "./answer.ts";
import type { AnsweringRequest, AnswerPiece } from "./answering.ts";
import type { Llm, LlmUsage, Naming, NamingRequest, NamingTrouble } from "./naming.ts";
import { writeAnswer } from "./openai-stream.ts";
import { cacheKeyOf, type Message, promptOf } from "./prompt.ts";

export interface OpenAiOptions {
  /** `https://api.example.com/v1`: the part before /chat/completions. */
  readonly baseUrl: string;
  readonly model: string;
  /** Absent for servers without keys. */
  readonly apiKey?: string;
  /** Per million tokens, in any one currency. */
  readonly prices?: { readonly in: number; readonly out: number };
  /** Milliseconds for one attempt; 60,000 by default. */
  readonly timeoutMs?: number;
  /** Milliseconds before the first retry where the server does not say, twice as many before the second; 1,000 by default. */
  readonly retryMs?: number;
}

const TIMEOUT_MS = 60_000;
const RETRY_MS = 1_000;
const MOST_RETRIES = 2;
const LONGEST_WAIT_MS = 30_000;
const MOST_ANSWER_BYTES = 256 * 1024;
/** Title and summary need 150; models that write out their reasoning first need more. */
const MOST_TOKENS = 1_000;
const CHARS_PER_TOKEN = 4;

const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
  usage: z
    .object({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() })
    .nullish(),
});

/** Why there is no name; never leaves this file. */
class NamingFailure extends Error {
  readonly kind: NamingTrouble;
  constructor(kind: NamingTrouble, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const waitFor = (ms: number, signal: AbortSignal | undefined) =>
  new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new NamingFailure("aborted", "Naming was stopped."));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });

/** The wait in seconds that the server asks for; dates are ignored. */
const askedWait = (response: Response): number | undefined => {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0
    ? Math.min(LONGEST_WAIT_MS, seconds * 1000)
    : undefined;
};

const bodyOf = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MOST_ANSWER_BYTES)
      throw new NamingFailure("invalid", "The language model's answer is too long.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
};

/** What the server says is wrong, shortened: an answer's `error.message`, or its first words. */
const complaintIn = (body: string): string => {
  const said = /"message"\s*:\s*"((?:[^"\\]|\\.){1,200})/.exec(body)?.[1] ?? body.slice(0, 120);
  return said.replace(/\s+/g, " ").trim();
};

interface Asked {
  readonly body: string;
  readonly status: number;
  readonly wait: number | undefined;
}

class OpenAi implements Llm {
  readonly model: string;
  readonly #options: OpenAiOptions;
  /** True once a server has refused the response format or temperature: both are then left out. */
  #plain = false;

  constructor(options: OpenAiOptions) {
    this.#options = options;
    this.model = options.model;
  }

  cacheKeyOf(request: NamingRequest): string {
    return cacheKeyOf(this.model, request);
  }

  writeAnswer(request: AnsweringRequest, signal: AbortSignal): AsyncIterable<AnswerPiece> {
    return writeAnswer(this.#options, request, signal);
  }

  async nameTopic(request: NamingRequest, signal?: AbortSignal): Promise<Naming> {
    const used = { tokensIn: 0, tokensOut: 0 };
    try {
      const content = await this.#complete(promptOf(request), used, signal);
      const name = nameIn(content, request);
      if (typeof name === "string")
        throw new NamingFailure("invalid", `The language model's answer was not used: ${name}.`);
      return { name, problem: undefined, usage: this.#usage(used) };
    } catch (error) {
      const problem =
        error instanceof NamingFailure
          ? { kind: error.kind, message: error.message }
          : { kind: "unreachable" as const, message: `Naming failed: ${String(error)}` };
      return { name: undefined, problem, usage: this.#usage(used) };
    }
  }

  #usage(used: { tokensIn: number; tokensOut: number }): LlmUsage {
    const { prices } = this.#options;
    const cost =
      prices === undefined
        ? null
        : (used.tokensIn * prices.in + used.tokensOut * prices.out) / 1_000_000;
    return { ...used, cost };
  }

  async #complete(
    messages: readonly Message[],
    used: { tokensIn: number; tokensOut: number },
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const answered = await this.#answered(messages, signal);
    const parsed = completion.safeParse(jsonIn(answered.body));
    if (!parsed.success)
      throw new NamingFailure("invalid", "The server's answer is not a chat completion.");
    const content = parsed.data.choices[0]?.message.content ?? "";
    const asked = messages.reduce((sum, message) => sum + message.content.length, 0);
    used.tokensIn += parsed.data.usage?.prompt_tokens ?? Math.ceil(asked / CHARS_PER_TOKEN);
    used.tokensOut +=
      parsed.data.usage?.completion_tokens ?? Math.ceil(content.length / CHARS_PER_TOKEN);
    return content;
  }

  /** Repeats the request until there is an answer, the server refuses, or the retries are used up. */
  async #answered(messages: readonly Message[], signal: AbortSignal | undefined): Promise<Asked> {
    for (let retries = 0; ; retries++) {
      const asked = await this.#ask(messages, signal);
      if (asked.status >= 200 && asked.status < 300) return asked;
      const again = asked.status === 429 || asked.status >= 500;
      if (asked.status === 400 && !this.#plain) {
        this.#plain = true;
        continue;
      }
      if (!again || retries >= MOST_RETRIES)
        throw new NamingFailure(
          "refused",
          `The language model's server answered ${asked.status}: ${complaintIn(asked.body)}`,
        );
      await waitFor(asked.wait ?? (this.#options.retryMs ?? RETRY_MS) * 2 ** retries, signal);
    }
  }

  async #ask(messages: readonly Message[], signal: AbortSignal | undefined): Promise<Asked> {
    const { baseUrl, apiKey, model, timeoutMs = TIMEOUT_MS } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const format = { response_format: { type: "json_object" }, temperature: 0 };
    try {
      const response = await fetch(`${baseUrl.replace(/\/+$/, "")}/chat/completions`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({
          model,
          messages,
          ...(this.#plain ? {} : { ...format, max_tokens: MOST_TOKENS }),
        }),
        // Messages must go to the configured server and nowhere else.
        redirect: "error",
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      return { body: await bodyOf(response), status: response.status, wait: askedWait(response) };
    } catch (error) {
      if (error instanceof NamingFailure) throw error;
      if (signal?.aborted === true)
        throw new NamingFailure("aborted", "Naming was stopped.", error);
      throw new NamingFailure(
        "unreachable",
        timeout.aborted
          ? `The language model did not answer within ${timeoutMs / 1000} s.`
          : `The language model cannot be reached at ${new URL(baseUrl).origin}.`,
        error,
      );
    }
  }
}

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Does not connect before the first request. */
export const openOpenAiLlm = (options: OpenAiOptions): Llm => new OpenAi(options);
