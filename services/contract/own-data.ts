// What belongs to one person, in requests and responses: notices, what they alone manage, all that is kept about them, and their end.
import { z } from "zod";
import {
  account,
  apiKeyList,
  linkedIdentityList,
  passkeyList,
  passwordProof,
  userSessionList,
} from "./accounts.ts";
import { instant } from "./common.ts";
import { share } from "./shares.ts";

/** PNG, JPEG or WebP. */
export const MOST_PICTURE_BYTES = 200_000;
/** Of each side, in pixels. */
export const pictureSides = { least: 16, most: 1024 } as const;

export const notice = z
  .object({
    id: z.string(),
    kind: z.enum(["import-done", "import-failed"]),
    collection: z.object({ id: z.string(), name: z.string() }),
    upload: z.string(),
    filename: z.string(),
    at: instant,
    isSeen: z.boolean(),
  })
  .meta({ id: "Notice" });
export type Notice = z.infer<typeof notice>;
export const noticeList = z
  .object({
    /** The newest first. */
    notices: z.array(notice),
    unseen: z.int(),
  })
  .meta({ id: "NoticeList" });

/** What a link in a mail ends. */
export const unsubscribed = z
  .object({ kind: z.enum(["imports", "alerts"]) })
  .meta({ id: "Unsubscribed" });

/** Collections that nobody else manages. */
export const ownedList = z
  .object({
    collections: z.array(z.object({ id: z.string(), name: z.string(), organization: z.string() })),
  })
  .meta({ id: "OwnedList" });

/** Collections that nobody else manages are passed on or erased, in all organizations that one is in. */
export const accountDeletion = passwordProof.extend({
  owned: z
    .discriminatedUnion("kind", [
      /** To the owner who is longest there. */
      z.object({ kind: z.literal("pass-on") }),
      /** To this member, where they are one; elsewhere to the owner. */
      z.object({ kind: z.literal("give"), to: z.string().max(60) }),
      z.object({ kind: z.literal("erase") }),
    ])
    .default({ kind: "pass-on" }),
});

export const accountExport = z
  .object({
    account,
    /** As a data URL; null where there is none. */
    picture: z.string().nullable(),
    sessions: userSessionList.shape.sessions,
    identities: linkedIdentityList.shape.identities,
    passkeys: passkeyList.shape.passkeys,
    keys: apiKeyList.shape.keys,
    /** Links that they made in the organization that they work in, without their tokens. */
    shares: z.array(share),
    notices: noticeList.shape.notices,
    /** Names of authors of which they said, in the organization that they work in, that they are theirs, or are not. */
    ownNames: z.array(
      z.object({
        collection: z.string(),
        /** "" for all sources. */
        source: z.string(),
        name: z.string(),
        mine: z.boolean(),
      }),
    ),
  })
  .meta({ id: "AccountExport" });
