// A whole Parlance in a temporary folder for tests of the API: real rows, blobs, git and stages, the hashing embedder.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "zod";
import { readConfig } from "#services/config/config.ts";
import { type Collection, collection } from "#services/contract/collections.ts";
import { problem } from "#services/contract/common.ts";
import { type Upload, upload, uploadAccepted } from "#services/contract/uploads.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { stageNames } from "#services/domain/stage-names.ts";
import type { Clock } from "#services/domain/units.ts";
import { openHashEmbedder } from "#services/embed/hash.ts";
import type { Instance, Parlance } from "#services/parlance.ts";
import { putMigratedFile } from "#services/store/migrated-file.builders.ts";
import { openParlance } from "#services/wire.ts";
import { startBelt } from "#workers/belt.ts";
import type { ApiApp } from "./api-app.ts";
import { type AppOptions, buildApp } from "./app.ts";

export interface TestApi {
  readonly instance: Instance;
  /** As the default organization has it. */
  readonly parlance: Parlance;
  readonly folder: string;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON where there is a body; the answer must be of this schema and status. */
  read<S extends z.ZodType>(schema: S, path: string, options?: Sent): Promise<z.infer<S>>;
  /** The code of the problem that it must answer with. */
  refusal(
    path: string,
    options?: Sent & { readonly init?: RequestInit },
  ): Promise<[number, string]>;
  makeCollection(name: string): Promise<Collection>;
  /** Uploads a text and waits until it is in a version. */
  importText(collection: string, filename: string, text: string): Promise<Upload>;
  close(): Promise<void>;
}

export interface Sent {
  readonly body?: unknown;
  readonly method?: string;
  readonly status?: number;
}

const asInit = ({ body, method }: Sent): RequestInit => ({
  method: method ?? (body === undefined ? "GET" : "POST"),
  ...(body === undefined
    ? {}
    : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
});

export const openTestApi = async (
  options: AppOptions & {
    readonly env?: Record<string, string>;
    readonly idle?: boolean;
    readonly now?: Clock;
    /** Models of files instead of the hashing embedder. */
    readonly models?: "files";
    /** A folder with a home that is there, and stays. */
    readonly there?: string;
  } = {},
): Promise<TestApi> => {
  const { env, idle, now, models, there, ...appOptions } = options;
  const folder = there ?? (await mkdtemp(join(tmpdir(), "parlance-api-")));
  const config = readConfig({
    PARLANCE_HOME: join(folder, "home"),
    PARLANCE_PORT: "0",
    PARLANCE_INDEX_ENGINE: "flat",
    // Tests look at older versions, which would go as soon as a collection comes to rest.
    PARLANCE_KEEP_VERSIONS: "all",
    ...env,
  });
  if (config.databaseUrl === undefined && there === undefined)
    await putMigratedFile(join(config.home, "parlance.db"));
  const instance = await openParlance(config, {
    ...(models === undefined ? { embedder: async () => openHashEmbedder({ dim: 64 }) } : {}),
    ...(now === undefined ? {} : { now }),
  });
  const belt = idle === true ? undefined : await startBelt(instance, { stages: stageNames });
  const app = buildApp(instance, { webFolder: join(folder, "web"), ...appOptions });
  return apiOf({
    instance,
    folder,
    app,
    async close() {
      await belt?.stop();
      await instance.close();
      if (there === undefined) await rm(folder, { recursive: true, force: true });
    },
  });
};

/** One more server on the same home, as another process would be: with rows, indexes and caches of its own, and no stages. */
export const anotherServer = async ({ instance, folder }: TestApi): Promise<TestApi> => {
  const other = await openParlance(instance.config, {
    embedder: async () => openHashEmbedder({ dim: 64 }),
    lock: false,
  });
  const app = buildApp(other, { webFolder: join(folder, "web"), wake: () => instance.bus.wake() });
  return apiOf({ instance: other, folder, app, close: () => other.close() });
};

const apiOf = ({
  instance,
  folder,
  app,
  close,
}: Pick<TestApi, "instance" | "folder" | "close"> & { readonly app: ApiApp }): TestApi => {
  const ask = async (path: string, init?: RequestInit) => app.request(path, init);
  const read: TestApi["read"] = async (schema, path, sent = {}) => {
    const response = await ask(path, asInit(sent));
    const body: unknown = await response.json();
    if (response.status !== (sent.status ?? 200))
      throw new Error(`${path} answered ${response.status}: ${JSON.stringify(body)}`);
    return schema.parse(body);
  };
  return {
    instance,
    parlance: instance.within(defaultScope),
    folder,
    ask,
    read,
    async refusal(path, sent = {}) {
      const response = await ask(path, { ...asInit(sent), ...sent.init });
      if (response.headers.get("content-type") !== "application/problem+json")
        throw new Error(`${path} answered ${response.status} ${await response.text()}`);
      const { status, code } = problem.parse(await response.json());
      if (status !== response.status) throw new Error(`${status} in ${response.status}`);
      return [status, code];
    },
    makeCollection: (name) =>
      read(collection, "/api/v1/collections", { body: { name }, status: 201 }),
    async importText(id, filename, text) {
      const sent = await ask(
        `/api/v1/collections/${id}/uploads?filename=${encodeURIComponent(filename)}`,
        { method: "PUT", body: text },
      );
      const made = uploadAccepted.parse(await sent.json());
      const events = await ask(`/api/v1/uploads/${made.id}/events`);
      // The stream ends with the upload's final state.
      await events.text();
      return read(upload, `/api/v1/uploads/${made.id}`);
    },
    close,
  };
};

/** A day of an IRC channel: [minute, nick, text] each. */
export const ircDay = (said: readonly (readonly [string, string])[]): string =>
  said
    .map(
      ([nick, text], at) =>
        `[${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}] <${nick}> ${text}`,
    )
    .join("\n");

export const printerDay = ircDay([
  ["anna", "my printer shows error 0x80070005 when I start cupsd"],
  ["berg", "anna: is the cups service running? look at /etc/cups/cupsd.conf"],
  ["anna", "berg: it says permission denied"],
  ["cleo", "has anyone tried the new kernel on a laptop? suspend is broken for me"],
  ["berg", "cleo: suspend works here with kernel 5.4"],
  ["anna", "restarting the printing service fixed it, thanks berg"],
  ["dora", "how do I mount a usb stick with write permission?"],
  ["berg", "dora: add your user to the plugdev group and mount it again"],
]);
