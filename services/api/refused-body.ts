// A refused upload is told so at once, and its client hears it: the rest of its body is read and dropped before the answer ends.
import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import type { ApiParts } from "./api-app.ts";
import type { Variables } from "./guard.ts";
import { streamAnswer } from "./stream.ts";

/** A body that takes longer is cut off. */
const DRAIN_MS = 15_000;

/** Reads and drops what comes, until its end. */
const drained = (incoming: HttpBindings["incoming"]): Promise<void> =>
  new Promise((resolve) => {
    if (incoming.readableEnded || incoming.destroyed) return resolve();
    const timer = setTimeout(resolve, DRAIN_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    // Who read it so far holds each piece back until it is asked for, and nobody asks any more.
    incoming.removeAllListeners("data");
    incoming
      .once("end", done)
      .once("close", done)
      .on("data", () => undefined)
      .resume();
  });

/**
 * For addresses that take large bodies. A connection that is closed with bytes unread is reset, and its client may never see the
 * answer; so the whole answer is sent at once, but the exchange ends only with the body.
 */
export const hearRefusals =
  (parts: Pick<ApiParts, "onError">): MiddlewareHandler<{ Variables: Variables }> =>
  async (c, next) => {
    await next();
    const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
    if (c.res.ok || incoming === undefined || incoming.readableEnded) return;
    const { status, headers } = c.res;
    const answer = new Uint8Array(await c.res.arrayBuffer());
    c.res = undefined;
    c.res = await streamAnswer(c, parts, {
      status,
      headers: Object.fromEntries(headers),
      length: answer.byteLength,
      bytes: async function* () {
        yield answer;
        await drained(incoming);
      },
    });
  };
