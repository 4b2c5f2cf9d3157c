// Shared links over HTTP: made and withdrawn by whoever manages a collection, opened by whoever has one.
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import {
  checkShared,
  makeShare,
  openShared,
  openSharedFiles,
  type SharedThing,
  sharesOf,
  withdrawShare,
} from "#services/accounts/accounts.ts";
import { topicDetail } from "#services/contract/analysis.ts";
import { pack, unpack } from "#services/contract/packed.ts";
import {
  checkShare,
  MOST_SHARED_POINTS,
  madeShare,
  newShare,
  type OpenedShare,
  openedShare,
  openShare,
  openSharedFile,
  type SharedMap,
  type ShareTarget,
  sharedAnswer,
  sharedConversation,
  sharedMeta,
  shareList,
} from "#services/contract/shares.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import { readAttachmentId, readConversationId, readTopicId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import { isForMe } from "#services/search/search.ts";
import {
  type CollectionRow,
  cleaningOf,
  findCollection,
  findShownAttachment,
  findShownConversation,
  findShownMessage,
  findTopic,
  refusedAmong,
} from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { type AccountRouteParts, requireApp } from "../account-parts.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  type ScopedParts,
  unknown,
} from "../api-app.ts";
import { fileAnswer } from "../file-answer.ts";
import type { Variables } from "../guard.ts";
import { originOf } from "../origin.ts";
import { requireFileShown } from "../originals.ts";

export interface ShareRouteParts extends AccountRouteParts {
  /** Answers a request within a scope that was told by the link. */
  readonly askWithin: (scope: Scope, request: Request) => Promise<Response>;
}

const tags = ["Shared links"];
const binary = {
  "application/octet-stream": { schema: { type: "string", format: "binary" } },
} as const;
const params = z.object({ id: z.string() });
const SHOWN = 50;

/** What is shared has to be there, and gives the link its title. */
const titleOf = async (
  { parlance, analyses }: ScopedParts,
  row: CollectionRow,
  target: ShareTarget,
): Promise<string> => {
  const { rows } = parlance.store;
  switch (target.kind) {
    case "conversation": {
      const id = readConversationId(target.conversation);
      const found = id && (await findShownConversation(rows, id));
      if (!found || found.collection_id !== row.id) throw unknown("conversation");
      return found.title ?? found.channel ?? "Conversation";
    }
    case "topic": {
      const id = readTopicId(target.topic);
      const found = id && (await findTopic(rows, row.id, id));
      if (!found) throw unknown("topic");
      return found.title;
    }
    case "search":
      return target.query.trim() === "" ? "Search" : target.query.trim();
    case "report":
      return row.name;
    case "map":
      if ((await analyses.view(row.id)) === undefined) throw unknown("analysis");
      return row.name;
  }
};

const gone = () =>
  rejected("What was shared is not there any more.", {
    code: "share-gone",
    status: 404,
    hint: "It was deleted since.",
  });

const forMe = () =>
  rejected("A search for “me” cannot be shared: whoever opens the link is somebody else.", {
    code: "shared-me",
    hint: "Name yourself instead, as the page People shows you: from:NAME.",
  });

const at = "http://localhost/api/v1";

/** The request that answers what is shared: its parts are those of the link, and the visitor chooses the page only. */
const requestFor = ({ collection, target }: SharedThing, cursor: string | undefined): Request => {
  const page = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
  switch (target.kind) {
    case "conversation":
      return new Request(
        `${at}/conversations/${encodeURIComponent(target.conversation)}?limit=${SHOWN}${page}`,
      );
    case "topic":
      return new Request(
        `${at}/collections/${collection}/topics/${encodeURIComponent(target.topic)}`,
      );
    case "report":
      return new Request(`${at}/collections/${collection}/report?format=html`);
    case "map":
      return new Request(`${at}/collections/${collection}/map`);
    case "search": {
      const { kind: _, ...question } = target;
      const body = {
        ...question,
        limit: 20,
        facets: false,
        ...(cursor === undefined ? {} : { cursor }),
      };
      return new Request(`${at}/collections/${collection}/search`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    }
  }
};

/** The map with its points, of which a large one gives an even sample; with nothing that names a message. */
const sharedMapOf = (meta: unknown, points: ArrayBuffer): SharedMap => {
  const { points: count, ...shown } = sharedMeta.parse(meta);
  const every = Math.max(1, Math.ceil(count / MOST_SHARED_POINTS));
  const sampled = [...unpack(points).arrays].map(([name, array]) => [
    name,
    array.filter((_: number, at: number) => at % every === 0),
  ]);
  const packed = Buffer.from(pack({}, Object.fromEntries(sampled))).toString("base64");
  return { ...shown, points: count, packed };
};

export const shareRoutes = (app: ApiApp, parts: ApiParts, given: ShareRouteParts): void => {
  const { accounts, reach, askWithin } = given;

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/shares",
      summary: "Shared links to things in a collection",
      tags,
      request: { params },
      responses: answers(200, shareList, "The links, the newest first, without their tokens"),
    }),
    async (c) => {
      const { id } = await collectionOfPath(parts.within(c), c.req.valid("param").id);
      const { parts: held } = await accounts();
      return c.json({ shares: await sharesOf(held, c.get("scope"), id) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/shares",
      summary: "Share a conversation, a search, a topic, the report or the map by a link",
      description: "Whoever has the link reads this one thing, and nothing else.",
      tags,
      request: { params, body: jsonBody(newShare) },
      responses: answers(201, madeShare, "The link; it is shown this once"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const made = c.req.valid("json");
      if (made.target.kind === "search" && isForMe(made.target)) throw forMe();
      const of = { collection: row.id, title: await titleOf(scoped, row, made.target), made };
      const { parts: held } = await accounts();
      return c.json(await makeShare(held, c.get("scope"), of, originOf(c, reach)), 201);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/collections/{id}/shares/{share}",
      summary: "Withdraw a shared link",
      tags,
      request: { params: params.extend({ share: z.string() }) },
      responses: { 204: { description: "It does not work any more" } },
    }),
    async (c) => {
      const { id: text, share } = c.req.valid("param");
      const { id } = await collectionOfPath(parts.within(c), text);
      await withdrawShare((await accounts()).parts, c.get("scope"), id, share);
      return c.body(null, 204);
    },
  );

  const read = async (
    c: Context<{ Variables: Variables }>,
    thing: SharedThing,
    cursor: string | undefined,
  ): Promise<OpenedShare> => {
    c.set("scope", thing.scope);
    const collection = await findCollection(parts.within(c).parlance.store.rows, thing.collection);
    const answered = await askWithin(thing.scope, requestFor(thing, cursor));
    if (collection === undefined || answered.status === 404) throw gone();
    if (answered.status === 400)
      throw rejected("There is no such page.", {
        code: "bad-cursor",
        hint: "Open the link again.",
      });
    if (!answered.ok) throw new Error(`What a link opens answered ${answered.status}.`);
    const shown = { title: thing.title, collection: collection.name, expiresAt: thing.expiresAt };
    const { target } = thing;
    if (target.kind === "report") return { kind: "report", ...shown, html: await answered.text() };
    const body: unknown = await answered.json();
    switch (target.kind) {
      case "map": {
        const points = await askWithin(
          thing.scope,
          new Request(`${at}/collections/${thing.collection}/map/points`),
        );
        if (!points.ok) throw gone();
        return { kind: "map", ...shown, map: sharedMapOf(body, await points.arrayBuffer()) };
      }
      case "conversation":
        return {
          kind: "conversation",
          ...shown,
          conversation: sharedConversation.parse(body),
          ...(thing.pass !== undefined && { pass: thing.pass }),
        };
      case "topic": {
        const { topic, ...rest } = topicDetail.parse(body);
        const examples = target.examples ? topic.examples : [];
        return { kind: "topic", ...shown, topic: { ...rest, topic: { ...topic, examples } } };
      }
      case "search":
        return {
          kind: "search",
          ...shown,
          query: target.query,
          answer: sharedAnswer.parse(body),
        };
    }
  };

  /** @throws ParlanceError rejected `share-gone` (404) */
  const requireThere = async (
    c: Context<{ Variables: Variables }>,
    { scope, collection, target }: Pick<SharedThing, "scope" | "collection" | "target">,
  ): Promise<void> => {
    c.set("scope", scope);
    const scoped = parts.within(c);
    const row = await findCollection(scoped.parlance.store.rows, collection);
    if (row === undefined) throw gone();
    await titleOf(scoped, row, target).catch((error: unknown) => {
      throw error instanceof ParlanceError && error.kind === "rejected" ? gone() : error;
    });
  };

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/shared/open",
      summary: "Read what a link shares",
      tags,
      request: { body: jsonBody(openShare) },
      responses: answers(200, openedShare, "A page of it"),
    }),
    async (c) => {
      requireApp(c);
      const { parts: held, quotas } = await accounts();
      const { cursor, ...asked } = c.req.valid("json");
      const origin = originOf(c, reach);
      await quotas.stranger(origin.address);
      const thing = await openShared(held, asked, origin);
      const opened = await read(c, thing, cursor);
      if (cursor === undefined) await thing.count();
      return c.json(opened, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/shared/file",
      summary: "A file of a message in a shared conversation",
      description:
        "It is not counted as opened. Where the link has a password, what came with the conversation as `pass` is given instead of it.",
      tags,
      request: { body: jsonBody(openSharedFile) },
      responses: { 200: { description: "The bytes, always as a download", content: binary } },
    }),
    async (c) => {
      requireApp(c);
      const { parts: held, quotas } = await accounts();
      const { attachment, ...asked } = c.req.valid("json");
      // As with checks: who tries is counted, not who reads.
      const counted = async (error: unknown): Promise<never> => {
        await quotas.stranger(originOf(c, reach).address);
        throw error;
      };
      const { scope, share, target } = await openSharedFiles(held, asked).catch(counted);
      await quotas.linkFile(share);
      c.set("scope", scope);
      const { parlance } = parts.within(c);
      const id = readAttachmentId(attachment);
      const row = id && (await findShownAttachment(parlance.store.rows, id));
      const message = row && (await findShownMessage(parlance.store.rows, row.message_id));
      const isShared =
        target.kind === "conversation" && message?.conversation_id === target.conversation;
      if (!row || !isShared) return await counted(unknown("attachment"));
      const { rows } = parlance.store;
      // What was refused is gone, whatever its file was; a name is masked as the members see it.
      if ((await refusedAmong(rows, [row.message_id])).size > 0) throw unknown("attachment");
      await requireFileShown({ parlance }, row);
      const { size, sha256, blob_key: key } = row;
      const name = cleaner.title(row.name, await cleaningOf(rows, row.collection_id));
      return fileAnswer(c, { ...parts, blobs: parlance.blobs }, { name, size, sha256, key });
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/shared/check",
      summary: "Whether a link still works",
      description:
        "For a page that shows what the link opened: once in two minutes. It is not counted as opened, and needs no password. Where what it opened is deleted, the answer is 404.",
      tags,
      request: { body: jsonBody(checkShare) },
      responses: { 204: { description: "It works; one that has ended is answered with 410" } },
    }),
    async (c) => {
      requireApp(c);
      const { parts: held, quotas } = await accounts();
      const thing = await checkShared(held, c.req.valid("json").token).catch(async (error) => {
        // Who tries tokens is counted, not who reads what a link opened, with many others behind one address.
        await quotas.stranger(originOf(c, reach).address);
        throw error;
      });
      await quotas.linkCheck(thing.share);
      await requireThere(c, thing);
      return c.body(null, 204);
    },
  );
};
