// Answers that are written while they are made: downloads, exports, events. One whose source fails breaks its connection off.
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ApiParts } from "./api-app.ts";
import type { Variables } from "./guard.ts";

/** Proxies close connections that say nothing for a minute. */
const HEARTBEAT_MS = 15_000;

export interface StreamedAnswer {
  /** 200 where absent. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** How many bytes come, where that is known: fewer or more are a failure too. */
  readonly length?: number;
  /** Makes the bytes; the signal says that the client is gone. Not called for HEAD. */
  readonly bytes: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

const headersOf = ({ headers, length }: StreamedAnswer): Record<string, string> => ({
  ...headers,
  ...(length === undefined ? {} : { "content-length": String(length) }),
});

/** Passes the bytes on. @throws Error where they are not as many as was said. */
const counted = async function* (
  bytes: AsyncIterable<Uint8Array>,
  length: number | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0;
  for await (const piece of bytes) {
    sent += piece.byteLength;
    if (length !== undefined && sent > length) break;
    yield piece;
  }
  if (length !== undefined && sent !== length)
    throw new Error(`The source has ${sent} bytes where ${length} were announced.`);
};

/**
 * Answers with the bytes as they come. The first piece is made before the status is sent, so that a source that fails at once
 * becomes a problem; one that fails later destroys the connection: the client sees a broken transfer, never a clean end or the
 * text of an error among the bytes. Without a connection (the app called in this process) the body's stream fails.
 * @throws whatever the source throws before its first piece
 */
export const streamAnswer = async (
  c: Context<{ Variables: Variables }>,
  parts: Pick<ApiParts, "onError">,
  answer: StreamedAnswer,
): Promise<Response> => {
  const status = (answer.status ?? 200) as ContentfulStatusCode;
  if (c.req.method === "HEAD") return c.body(null, status, headersOf(answer));
  const gone = new AbortController();
  const iterator = counted(answer.bytes(gone.signal), answer.length);
  let next = await iterator.next();
  const fail = (error: unknown, controller: ReadableStreamDefaultController<Uint8Array>) => {
    // Nobody reads the stream any more: it is closed already, and the source was told to stop.
    if (gone.signal.aborted) return;
    parts.onError(error, c.get("requestId") ?? "");
    const { outgoing } = (c.env ?? {}) as Partial<HttpBindings>;
    // An error in the stream would be written into the body by the HTTP adapter, and the body ended as if it were whole.
    if (outgoing) outgoing.destroy();
    else controller.error(error);
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next.done === true) return controller.close();
      controller.enqueue(next.value);
      try {
        next = await iterator.next();
        if (next.done === true && !gone.signal.aborted) controller.close();
      } catch (error) {
        fail(error, controller);
      }
    },
    async cancel() {
      gone.abort();
      await iterator.return();
    },
  });
  return c.body(body, status, headersOf(answer));
};

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** The events as text, with a comment now and then while nothing happens. */
const eventText = async function* (
  events: AsyncIterable<ServerEvent>,
  beatMs: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  const iterator = events[Symbol.asyncIterator]();
  const beat = Symbol();
  let timer: NodeJS.Timeout | undefined;
  let next = iterator.next();
  try {
    for (;;) {
      const silence = new Promise<typeof beat>((resolve) => {
        timer = setTimeout(() => resolve(beat), beatMs);
      });
      const heard = await Promise.race([next, silence]);
      clearTimeout(timer);
      if (heard === beat) yield encoder.encode(": still here\n\n");
      else if (heard.done === true) return;
      else {
        const { event, data } = heard.value;
        const lines = data.split("\n").map((line) => `data: ${line}\n`);
        yield encoder.encode(`event: ${event}\n${lines.join("")}\n`);
        next = iterator.next();
      }
    }
  } finally {
    clearTimeout(timer);
    await iterator.return?.();
  }
};

/** Answers with server-sent events until there are no more; a source that fails breaks the connection off, as above. */
export const eventAnswer = (
  c: Context<{ Variables: Variables }>,
  parts: Pick<ApiParts, "onError">,
  source: (signal: AbortSignal) => AsyncIterable<ServerEvent>,
  beatMs: number = HEARTBEAT_MS,
): Promise<Response> =>
  streamAnswer(c, parts, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      // Proxies would hold the events back to fill a buffer.
      "x-accel-buffering": "no",
    },
    bytes: (signal) => eventText(source(signal), beatMs),
  });
