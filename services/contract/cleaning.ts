// Cleaning of a collection, in requests and responses: its rules, what they would do and have done, and where something was found.
import { z } from "zod";
import {
  foundActions,
  foundKinds,
  kindsToLeaveOut,
  leftOutReasons,
} from "#services/domain/cleaning.ts";
import { instant, pageQuery } from "./common.ts";

const action = z.enum(foundActions);

export const cleaningRules = z
  .strictObject({
    /** What is shown, but not searched. */
    leaveOut: z.strictObject({
      kinds: z.array(z.enum(kindsToLeaveOut)).max(kindsToLeaveOut.length),
      bots: z.boolean(),
      /** Lines that begin with ">", and what a mail quotes. */
      quotes: z.boolean(),
      /** Blocks between fences. */
      code: z.boolean(),
    }),
    /** What is done with personal data and secrets. */
    found: z.strictObject({
      email: action,
      phone: action,
      card: action,
      iban: action,
      key: action,
      token: action,
    }),
  })
  .meta({ id: "CleaningRules" });

/** A place in a text that is shown. */
export const foundSpan = z.object({ kind: z.enum(foundKinds), start: z.int(), end: z.int() });
export type FoundSpan = z.infer<typeof foundSpan>;

export const foundCount = z.object({
  kind: z.enum(foundKinds),
  action: action.exclude(["keep"]),
  /** How many there are, and in how many messages. */
  places: z.int(),
  messages: z.int(),
});
export type FoundCount = z.infer<typeof foundCount>;

export const cleaning = z
  .object({
    rules: cleaningRules,
    /** How many conversations the rules have been applied to; null where they are applied to all. */
    applying: z.object({ done: z.int(), of: z.int() }).nullable(),
    /** What was found so far in the messages as they are shown. */
    found: z.array(foundCount),
  })
  .meta({ id: "Cleaning" });
export type Cleaning = z.infer<typeof cleaning>;

const leftOut = z.object({ reason: z.enum(leftOutReasons), messages: z.int() });

export const cleaningPreview = z
  .object({
    /** Messages that are searched where no rule leaves them out: all but joins, leaves, notices and empty ones. */
    messages: z.int(),
    /** How many of them were looked at: all, or a sample of a large collection. The numbers below are of these. */
    looked: z.int(),
    /** Messages of which nothing is indexed. */
    leftOut: z.array(leftOut),
    /** Messages of which the rest is indexed. */
    partly: z.array(leftOut),
    found: z.array(foundCount),
    /** Names of authors that hold something: masked where it is masked or refused. Each name counts once. */
    names: z.array(
      z.object({ kind: z.enum(foundKinds), action: action.exclude(["keep"]), names: z.int() }),
    ),
  })
  .meta({ id: "CleaningPreview" });
export type CleaningPreview = z.infer<typeof cleaningPreview>;

export const finding = z
  .object({
    message: z.string(),
    conversation: z.string(),
    title: z.string().nullable(),
    author: z.string(),
    at: instant.nullable(),
    kind: z.enum(foundKinds),
    action: action.exclude(["keep"]),
    places: z.int(),
    /** The first values, masked: an•••@•••.org. */
    shown: z.array(z.string()),
  })
  .meta({ id: "Finding" });
export type Finding = z.infer<typeof finding>;

export const findingList = z
  .object({ findings: z.array(finding), nextCursor: z.string().nullable() })
  .meta({ id: "FindingList" });

export const findingQuery = pageQuery.extend({ kind: z.enum(foundKinds).optional() });

export const findingReportQuery = z.object({ format: z.enum(["csv", "json"]).default("csv") });
