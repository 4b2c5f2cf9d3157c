// The server: the app on a port, until it is told to stop.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { rejected, unavailable } from "#services/domain/errors.ts";
import type { Instance } from "#services/parlance.ts";
import { type AppOptions, buildApp } from "./app.ts";
import { isUpload } from "./work.ts";

export interface ServerOptions extends Omit<AppOptions, "wake" | "stopping"> {
  /** The workers to wake when there is work. */
  readonly crew?: { wake(): void };
  /** How long a request may take to arrive whole, in milliseconds; uploads have their own pace. One minute by default. */
  readonly requestMs?: number;
}

export interface RunningServer {
  /** Where people open it. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, lets those under way end (at most 20 s), then cuts them. Leaves Parlance open. */
  stop(): Promise<void>;
}

const HEADERS_MS = 15_000;
const REQUEST_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
const STOP_MS = 20_000;

/** Node's own limit on a request's duration knows no exception for uploads, so that it is kept here. */
const limitDuration = (
  request: IncomingMessage,
  response: ServerResponse,
  requestMs: number,
): void => {
  const { method = "GET", url = "" } = request;
  if (isUpload(method, url.split("?")[0] ?? "")) return;
  const timer = setTimeout(() => {
    // It has arrived, and its answer takes as long as it takes: one whose body nobody reads (every GET) says no end before that.
    if (request.complete) return;
    if (!response.headersSent) response.writeHead(408, { connection: "close" }).end();
    request.destroy();
  }, requestMs);
  const done = () => clearTimeout(timer);
  request.once("end", done).once("close", done);
};

const listen = (
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "EADDRINUSE")
        reject(
          rejected(`Port ${port} is in use by another program.`, {
            code: "port-in-use",
            status: 409,
            hint: `Stop it, or choose another port: PARLANCE_PORT=${port + 1} npm start`,
            cause,
          }),
        );
      else if (cause.code === "EACCES")
        reject(
          rejected(`This user may not listen on port ${port}.`, {
            code: "port-forbidden",
            hint: "Choose one above 1023 with PARLANCE_PORT.",
            cause,
          }),
        );
      else
        reject(
          unavailable(`${host}:${port} cannot be listened on: ${cause.message}`, {
            code: "cannot-listen",
            hint: "Check PARLANCE_HOST and PARLANCE_PORT.",
            cause,
          }),
        );
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });

const urlOf = (host: string, port: number): string => {
  const everywhere = host === "0.0.0.0" || host === "::" || host === "127.0.0.1" || host === "::1";
  return `http://${everywhere ? "localhost" : host.includes(":") ? `[${host}]` : host}:${port}`;
};

/**
 * Listens on the configured host and port; prints nothing.
 * @throws ParlanceError rejected `port-in-use` | `port-forbidden`; unavailable `cannot-listen`
 */
export const startServer = async (
  instance: Instance,
  options: ServerOptions = {},
): Promise<RunningServer> => {
  const { crew, requestMs = REQUEST_MS, ...rest } = options;
  const stopping = new AbortController();
  const app = buildApp(instance, {
    ...rest,
    stopping: stopping.signal,
    ...(crew === undefined ? {} : { wake: () => crew.wake() }),
  });
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 5_000,
      // A JSON body is small and an answer is written at once: waiting to fill a packet would only add to it.
      noDelay: true,
    },
    (request, response) => {
      limitDuration(request, response, requestMs);
      response.once("close", () => {
        // Kept alive for another request, the connection would hold up the stop until the client closes it.
        if (stopping.signal.aborted) setImmediate(() => server.closeIdleConnections());
      });
      answer(request, response).catch((error: unknown) => {
        options.onError?.(error, "");
        response.destroy();
      });
    },
  );
  const { port } = await listen(server, instance.config);
  const url = urlOf(instance.config.host, port);
  return {
    url,
    port,
    stop: () =>
      new Promise((resolve) => {
        stopping.abort();
        const timer = setTimeout(() => server.closeAllConnections(), STOP_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};
