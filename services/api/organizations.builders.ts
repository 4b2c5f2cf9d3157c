// Builders for tests of isolation: two organizations in one home, each with everything that can be had over HTTP.
import {
  attachmentId,
  type CollectionId,
  organizationId,
  readCollectionId,
  readMessageId,
  readUploadId,
} from "#services/domain/ids.ts";
import { type Scope, workerScope } from "#services/domain/scope.ts";
import { seconds } from "#services/domain/units.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  attachmentPrefix,
  digest,
  enqueue,
  findUpload,
  type Store,
} from "#services/store/store.ts";
import { asChats, talkOf } from "#workers/analysis.builders.ts";
import { openTestApi, type TestApi } from "./api.builders.ts";
import { fillings } from "./organization-routes.builders.ts";

export type Name = "a" | "b";
/** Who asks: an organization, or a member of the first one who may open none of its collections but an empty one. */
export type Asking = Name | "guest";

export const scopeNamed = (name: string): Scope => workerScope(organizationId(name));

/** Ids of things that an organization has; each is the only or the first one of its kind. */
export interface Ids {
  readonly collection: string;
  readonly upload: string;
  readonly conversation: string;
  readonly message: string;
  readonly attachment: string;
  readonly chunk: string;
  readonly topic: string;
  readonly edit: string;
  readonly label: string;
  readonly concept: string;
  readonly alert: string;
  /** One that was given up. */
  readonly job: string;
}

/** Of the right shape, and nobody's. */
export const missing: Ids = {
  collection: "col_0000000000000000",
  upload: "upl_0000000000000000",
  conversation: `cnv_${"0".repeat(26)}`,
  message: `msg_${"0".repeat(26)}`,
  attachment: `att_${"0".repeat(26)}`,
  chunk: `chk_${"0".repeat(26)}`,
  topic: "top_0000000000000000",
  edit: "edt_0000000000000000",
  label: "lab_0000000000000000",
  concept: "con_0000000000000000",
  alert: "alr_0000000000000000",
  job: "job_0000000000000000",
};

export interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  /** Bytes as they are, instead of a body of JSON. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface TwoOrganizations {
  readonly api: TestApi;
  readonly ids: Readonly<Record<Name, Ids>>;
  /** The collections that the guest may open: an empty one. */
  readonly guests: readonly string[];
  /** A word that only messages of this organization hold. */
  readonly words: Readonly<Record<Name, string>>;
  ask(name: Asking, path: string, sent?: Sent): Promise<Answer>;
  /** @throws where the answer is an error */
  read(name: Asking, path: string, sent?: Sent): Promise<unknown>;
  close(): Promise<void>;
}

/** What both import, byte for byte the same. */
export const shared = asChats("shared", [
  ...talkOf("bees", 15),
  ...talkOf("boats", 15),
  ...talkOf("stars", 15),
]);

type At = Readonly<Record<string, unknown>>;
/** A value in an answer by its path: `conversations.0.id`. */
export const pick = (answer: unknown, path: string): string => {
  let value: unknown = answer;
  for (const part of path.split(".")) value = (value as At | undefined)?.[part];
  if (typeof value !== "string" && typeof value !== "number")
    throw new Error(`There is no ${path} in ${JSON.stringify(answer).slice(0, 500)}`);
  return String(value);
};

const until = async (check: () => Promise<boolean>): Promise<void> => {
  while (!(await check())) await new Promise((later) => setTimeout(later, 20));
};

const words = { a: "xylograph", b: "marzipan" } as const;

/** A job of the collection as it stands when it was given up. */
const giveUpJob = async (store: Store, collection: string): Promise<string> => {
  const named = { name: "watch.due", payload: { collection }, key: "given-up" } as const;
  await store.transaction((rows) => enqueue(store, rows, { ...named, delay: seconds(86_400) }));
  await store.rows
    .updateTable("jobs")
    .set({ state: "buried", reason: "It cannot be done.", buried_at: store.now() })
    .where("job_key", "=", "given-up")
    .execute();
  const row = await store.rows
    .selectFrom("jobs")
    .select("id")
    .where("job_key", "=", "given-up")
    .executeTakeFirstOrThrow();
  return row.id;
};

/** A file of a message, kept with an upload. */
const keepAttachment = async (
  { store, blobs }: Parlance,
  of: { readonly upload: string; readonly message: string },
): Promise<string> => {
  const [upload, message] = [readUploadId(of.upload), readMessageId(of.message)];
  const row = upload && (await findUpload(store.rows, upload));
  if (!row || !message) throw new Error("There is nothing that a file could belong to.");
  const bytes = (async function* () {
    yield Buffer.from(`A letter to ${of.message}.`);
  })();
  const { key, size, sha256 } = await blobs.put(attachmentPrefix(row.id), bytes);
  const id = attachmentId(digest, { upload: row.id, message, place: 0 });
  await store.rows
    .insertInto("attachments")
    .values({
      id,
      collection_id: row.collection_id,
      upload_id: row.id,
      message_id: message,
      place: 0,
      name: "letter.txt",
      media_type: "text/plain",
      size,
      sha256,
      blob_key: key,
    })
    .execute();
  return id;
};

const filled = async (two: Omit<TwoOrganizations, "ids">, name: Name): Promise<Ids> => {
  const read = (path: string, sent?: Sent) => two.read(name, path, sent);
  const post = (path: string, body: unknown) => read(path, { method: "POST", body });
  const collection = pick(await post("/api/v1/collections", { name: "Letters" }), "id");
  const at = `/api/v1/collections/${collection}`;
  await read(`${at}/analysis/settings`, { method: "PUT", body: { automatic: false, k: 4 } });
  const bring = async (filename: string, raw: string) => {
    const sent = await read(`${at}/uploads?filename=${filename}`, { method: "PUT", raw });
    await two.ask(name, `/api/v1/uploads/${pick(sent, "id")}/events`);
    return pick(sent, "id");
  };
  const upload = await bring("shared.jsonl", shared);
  const concept = pick(
    await post(`${at}/concepts`, { name: "Bees", query: "hive honey queen swarm" }),
    "id",
  );
  await read(`${at}/concepts/${concept}`, {
    method: "PATCH",
    body: { watch: true, threshold: 0.01, webhook: "http://127.0.0.1:9/hook" },
  });
  const { store } = two.api.instance.within(scopeNamed(name));
  const watched = () =>
    store.rows.selectFrom("concepts").select("watched_version").executeTakeFirst();
  await until(async () => (await watched())?.watched_version != null);
  await bring(
    "own.jsonl",
    asChats(
      "own",
      talkOf("bees", 3, 2).map((text) => `${text} ${words[name]}`),
    ),
  );
  const job = await giveUpJob(store, collection);
  const alerts = () => read(`/api/v1/alerts?collection=${collection}`);
  await until(async () => ((await alerts()) as { alerts: unknown[] }).alerts.length > 0);
  await post(`${at}/analysis`, { mode: "update" });
  await until(async () => pick(await read(`${at}/analysis`), "state") === "done");
  const topic = pick(await read(`${at}/topics`), "topics.0.id");
  const search = () => post(`${at}/search`, { query: words[name], mode: "lexical" });
  // While a version loads, the one before it answers.
  await until(async () => ((await search()) as { hits: unknown[] }).hits.length > 0);
  const hit = await search();
  const message = pick(hit, "hits.0.message");
  return {
    collection,
    upload,
    attachment: await keepAttachment(two.api.instance.within(scopeNamed(name)), {
      upload,
      message,
    }),
    concept,
    topic,
    conversation: pick(hit, "hits.0.conversation"),
    message,
    chunk: pick(hit, "hits.0.chunk"),
    job,
    alert: pick(await alerts(), "alerts.0.id"),
    label: pick(await post(`${at}/labels`, { name: "Some", selection: { topics: [topic] } }), "id"),
    edit: pick(
      await post(`${at}/topic-edits`, { kind: "rename", topic, title: `Named ${words[name]}` }),
      "id",
    ),
  };
};

export const openTwoOrganizations = async (): Promise<TwoOrganizations> => {
  const guests: CollectionId[] = [];
  const api = await openTestApi({
    scopeOf: (request) => {
      const name = request.headers.get("x-organization") ?? "nobody";
      return name === "guest" ? { ...scopeNamed("a"), collections: guests } : scopeNamed(name);
    },
    env: {
      PARLANCE_WEBHOOK_PRIVATE: "1",
      // Configured, so that its routes are open; no collection's settings let it read anything.
      PARLANCE_LLM_BASE_URL: "http://127.0.0.1:9/v1",
      PARLANCE_LLM_MODEL: "unused",
    },
  });
  const ask: TwoOrganizations["ask"] = async (name, path, { method, body, raw, headers } = {}) => {
    const response = await api.ask(path, {
      method: method ?? "GET",
      headers: {
        "x-organization": name,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(raw === undefined ? {} : { body: raw }),
    });
    return { status: response.status, text: await response.text() };
  };
  const read: TwoOrganizations["read"] = async (name, path, sent) => {
    const { status, text } = await ask(name, path, sent);
    if (status >= 400) throw new Error(`${path} answered ${status}: ${text}`);
    return JSON.parse(text);
  };
  const two = { api, guests, words, ask, read, close: () => api.close() };
  const [a, b] = await Promise.all([filled(two, "a"), filled(two, "b")]);
  const empty = await read("a", "/api/v1/collections", {
    method: "POST",
    body: { name: "Guests" },
  });
  guests.push(...[readCollectionId(pick(empty, "id"))].filter((id) => id !== undefined));
  return { ...two, ids: { a, b } };
};

/** The address of a route for these ids. */
const pathOf = (route: string, ids: Ids): string => {
  const template = route.slice(route.indexOf(" ") + 1);
  const first = /^\/api\/v1\/(\w+?)s\//.exec(template)?.[1];
  const own = first === undefined ? undefined : (ids as unknown as At)[first];
  const name = template.includes("/columns/") ? "topic" : "topics.json";
  const values: At = {
    ...ids,
    id: own ?? "hash-64",
    version: "1",
    tag: "tagged",
    name,
    point: "0",
  };
  const path = template.replaceAll(/\{(\w+)\}/g, (_, key: string) => String(values[key]));
  const given = fillings[route]?.query;
  const query = typeof given === "function" ? given(ids) : given;
  return query === undefined ? path : `${path}?${query}`;
};

/** Asks a route on behalf of one organization, with ids of whomever. */
export const askRoute = (
  two: TwoOrganizations,
  name: Asking,
  route: string,
  ids: Ids,
): Promise<Answer> => {
  const { body, raw, headers } = fillings[route] ?? {};
  return two.ask(name, pathOf(route, ids), {
    method: route.slice(0, route.indexOf(" ")).toUpperCase(),
    ...(body === undefined ? {} : { body: body(ids) }),
    ...(raw === undefined ? {} : { raw }),
    ...(headers === undefined ? {} : { headers }),
  });
};
