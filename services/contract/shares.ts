// Shared links: one conversation, search, topic, report or map, to be read by whoever has the link, in requests and responses.
import { z } from "zod";
import { linkToken } from "./accounts.ts";
import { topicDetail } from "./analysis.ts";
import { instant } from "./common.ts";
import { conversationPage, message } from "./conversations.ts";
import { mapMeta } from "./map.ts";
import { hit, searchAnswer, searchFilters, searchMode, searchSort, unitName } from "./search.ts";

export const shareTarget = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("conversation"), conversation: z.string().max(60) }),
    z.object({
      kind: z.literal("search"),
      query: z.string().max(4000),
      mode: searchMode.optional(),
      filters: searchFilters.optional(),
      units: z.array(unitName).min(1).max(2).optional(),
      /** The best first where nothing is said. */
      sort: searchSort.optional(),
    }),
    z.object({
      kind: z.literal("topic"),
      topic: z.string().max(60),
      /** Whether a few of its messages are shown too. */
      examples: z.boolean().default(false),
    }),
    z.object({ kind: z.literal("report") }),
    /** Points and the names of topics; no message. */
    z.object({ kind: z.literal("map") }),
  ])
  .meta({ id: "ShareTarget" });
export type ShareTarget = z.infer<typeof shareTarget>;

export const newShare = z.object({
  target: shareTarget,
  /** Days until it ends. */
  days: z.int().min(1).max(365).default(30),
  /** Whoever opens the link has to give it too. */
  password: z.string().min(8).max(200).optional(),
});

export const share = z
  .object({
    id: z.string(),
    target: shareTarget,
    /** Of what is shared, as it was then. */
    title: z.string(),
    hasPassword: z.boolean(),
    /** The name of whoever made it, and their id. */
    madeBy: z.string(),
    madeById: z.string(),
    createdAt: instant,
    expiresAt: instant,
    /** How often it was opened. */
    opened: z.int(),
    lastOpenedAt: instant.nullable(),
  })
  .meta({ id: "Share" });
export const shareList = z.object({ shares: z.array(share) });
export const madeShare = z
  .object({ share, link: z.string() })
  .meta({ id: "MadeShare", description: "The link is shown this once" });

export const openShare = z.object({
  token: linkToken,
  password: z.string().max(1000).optional(),
  /** Of the answer before. */
  cursor: z.string().max(2000).optional(),
});
/** What was given with a conversation whose link has a password: its files are read with it, so that none is a try of the password. */
const filePass = z.string().max(100);
/** A file of a message in the conversation that a link shares. */
export const openSharedFile = openShare
  .pick({ token: true })
  .extend({ attachment: z.string().max(60), pass: filePass.optional() });
/** Whether a link still works. */
export const checkShare = openShare.pick({ token: true });
/** Of a map with more points every n-th is sent. */
export const MOST_SHARED_POINTS = 60_000;
export const sharedMeta = mapMeta.pick({
  unit: true,
  points: true,
  messages: true,
  extent: true,
  regions: true,
  topics: true,
  listed: true,
});
export const sharedMap = sharedMeta
  .extend({
    /** Packed arrays (packed.ts) in base 64: `x`, `y` and `topic` of the points that are sent. */
    packed: z.base64(),
  })
  .meta({ id: "SharedMap" });
export type SharedMap = z.infer<typeof sharedMap>;

/** A link tells what was written, not whose names belong together. */
export const sharedConversation = conversationPage.extend({
  messages: z.array(message.omit({ person: true })),
});
export const sharedAnswer = searchAnswer.extend({ hits: z.array(hit.omit({ person: true })) });

const shown = z.object({ title: z.string(), collection: z.string(), expiresAt: instant });
export const openedShare = z
  .discriminatedUnion("kind", [
    shown.extend({
      kind: z.literal("conversation"),
      conversation: sharedConversation,
      /** To be given for its files; absent where the link has no password. */
      pass: filePass.optional(),
    }),
    shown.extend({ kind: z.literal("search"), query: z.string(), answer: sharedAnswer }),
    shown.extend({ kind: z.literal("topic"), topic: topicDetail }),
    shown.extend({ kind: z.literal("report"), html: z.string() }),
    shown.extend({ kind: z.literal("map"), map: sharedMap }),
  ])
  .meta({ id: "OpenedShare" });
export type OpenedShare = z.infer<typeof openedShare>;
