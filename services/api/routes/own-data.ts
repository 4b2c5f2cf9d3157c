// What belongs to one person over HTTP: picture, notices, what they alone manage, all that is kept about them, and the end of their account.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  accountOf,
  deletePerson,
  exportOf,
  noticesOf,
  ownedBy,
  pictureOf,
  removeOwnPicture,
  sawNotices,
  setOwnPicture,
  unsubscribe,
} from "#services/accounts/accounts.ts";
import { account } from "#services/contract/accounts.ts";
import {
  accountDeletion,
  accountExport,
  noticeList,
  ownedList,
  unsubscribed,
} from "#services/contract/own-data.ts";
import { type AccountRouteParts, personOf, takeCookie } from "../account-parts.ts";
import { type ApiApp, type ApiParts, answers, jsonBody } from "../api-app.ts";
import { boundBody } from "../body.ts";
import { originOf } from "../origin.ts";

const tags = ["Account"];
const nothing = { 204: { description: "It is done" } };
/** A larger body is not read at all; how large a picture may be is said where it is looked at. */
const MOST_BODY = 1_000_000;

export const ownDataRoutes = (app: ApiApp, api: ApiParts, parts: AccountRouteParts): void => {
  pictureRoutes(app, parts);
  noticeRoutes(app, parts);
  endRoutes(app, api, parts);
};

const pictureRoutes = (app: ApiApp, { accounts }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/account/picture",
      summary: "Set one's picture",
      description:
        "The body is a PNG, JPEG or WebP file of at most 200 kB, each side 16 to 1024 pixels. What it holds beside the picture (places, cameras, texts) is not kept.",
      tags,
      responses: answers(200, account, "The account as it is now"),
    }),
    async (c) => {
      const { parts } = await accounts();
      await boundBody(c, MOST_BODY);
      await setOwnPicture(parts, personOf(c), new Uint8Array(await c.req.arrayBuffer()));
      return c.json(await accountOf(parts, c.get("scope")), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/account/picture",
      summary: "Remove one's picture",
      tags,
      responses: answers(200, account, "The account as it is now"),
    }),
    async (c) => {
      const { parts } = await accounts();
      await removeOwnPicture(parts, personOf(c));
      return c.json(await accountOf(parts, c.get("scope")), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/people/{id}/picture",
      summary: "The picture of somebody in the organization",
      tags,
      request: { params: z.object({ id: z.string() }) },
      responses: {
        200: { description: "PNG, JPEG or WebP" },
        304: { description: "It is the one that the caller has" },
      },
    }),
    async (c) => {
      const { parts } = await accounts();
      const found = await pictureOf(parts, c.get("scope"), c.req.valid("param").id);
      const headers = {
        etag: `"${found.tag}"`,
        // Asked for again each time, so that nobody sees one who is no member any more.
        "cache-control": "private, no-cache",
      };
      const known = c.req.header("if-none-match")?.split(/\s*,\s*/u) ?? [];
      if (known.some((one) => one.replace(/^W\//u, "") === headers.etag))
        return new Response(null, { status: 304, headers });
      return new Response(Uint8Array.from(found.bytes), {
        headers: {
          ...headers,
          "content-type": found.type,
          "content-security-policy": "default-src 'none'; sandbox",
        },
      });
    },
  );
};

const noticeRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account/notices",
      summary: "What one was told in the app",
      tags,
      responses: answers(200, noticeList, "The newest fifty"),
    }),
    async (c) => {
      const notices = await noticesOf((await accounts()).parts, c.get("scope"), personOf(c));
      return c.json({ notices, unseen: notices.filter(({ isSeen }) => !isSeen).length }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/notices/seen",
      summary: "One has seen them all",
      tags,
      responses: nothing,
    }),
    async (c) => {
      await sawNotices((await accounts()).parts, c.get("scope"), personOf(c));
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/notices/unsubscribe",
      summary: "End the mails of a kind, by a link from one of them",
      description: "Mail programs ask for it with one click (RFC 8058); the body is not read.",
      tags,
      request: { query: z.object({ token: z.string().min(1).max(500) }) },
      responses: answers(200, unsubscribed, "Such mails are not sent any more"),
    }),
    async (c) => {
      const { parts, quotas, callers } = await accounts();
      await quotas.stranger(originOf(c, reach).address);
      const kind = await unsubscribe(parts, c.req.valid("query").token);
      callers.forget();
      return c.json({ kind }, 200);
    },
  );
};

const endRoutes = (
  app: ApiApp,
  { within }: Pick<ApiParts, "within">,
  parts: AccountRouteParts,
): void => {
  const { accounts, reach } = parts;

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account/owned",
      summary: "Collections that nobody else manages",
      tags,
      responses: answers(200, ownedList, "In all organizations that one is in"),
    }),
    async (c) => c.json({ collections: await ownedBy((await accounts()).parts, personOf(c)) }, 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/delete",
      summary: "Delete one's account",
      description:
        "Collections that nobody else manages are passed on to an owner, given to a member, or erased.",
      tags,
      request: { body: jsonBody(accountDeletion) },
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      await deletePerson(all.parts, personOf(c), c.req.valid("json"), originOf(c, reach));
      all.callers.forget();
      within(c).wake();
      takeCookie(c, parts);
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account/export",
      summary: "Everything that is kept about one's account",
      tags,
      responses: answers(
        200,
        accountExport,
        "Profile, picture, sessions, ways to sign in, keys, shared links and notices, without secrets",
      ),
    }),
    async (c) => {
      const { parts: held } = await accounts();
      c.header("content-disposition", 'attachment; filename="parlance-account.json"');
      return c.json(await exportOf(held, c.get("scope"), personOf(c)), 200);
    },
  );
};
