// People of a collection: their names, who is a bot, who is "me", what is suggested and what was changed, in requests and responses.
import { z } from "zod";
import { LONGEST_NAME } from "#services/domain/people.ts";
import { confidences, suggestionReasons } from "#services/domain/people-suggestions.ts";
import { instant, sourceName } from "./common.ts";

const name = z.string().min(1).max(LONGEST_NAME);
/** What somebody types, without the blanks around it: nobody sees a difference by these. */
const typedName = z.string().trim().min(1).max(LONGEST_NAME);

export const person = z
  .object({
    /** The name that is shown, which is unique in the collection: filters, selections and edits name people by it. */
    shown: z.string(),
    /** All names that their messages are written under, by source, the most frequent first. */
    names: z.array(z.object({ name: z.string(), source: sourceName, messages: z.int() })),
    /** Counted messages, as everywhere. */
    messages: z.int(),
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
    /** assistant: everybody of whom there are only answers of assistants, tools or systems. */
    kind: z.enum(["person", "bot", "assistant"]),
    /** Who says that it is a bot, or (hand) that it is none; null where nobody does. */
    botBy: z.enum(["hand", "source", "guess"]).nullable(),
    /** Whether it is whoever asks. */
    me: z.boolean(),
  })
  .meta({ id: "PersonOfCollection", description: "Somebody who wrote messages of a collection" });
export type Person = z.infer<typeof person>;

const pair = z.tuple([name, name]);

export const suggestion = z
  .object({
    /** Two names that are written under: the suggestion is accepted and dismissed by them. */
    names: pair,
    /** The people whose names they are. */
    people: pair,
    reason: z.enum(suggestionReasons),
    confidence: z.enum(confidences),
    /** The reason, as a sentence for people. */
    says: z.string(),
  })
  .meta({ id: "JoinSuggestion" });
export type JoinSuggestion = z.infer<typeof suggestion>;

export const savedPeopleEdit = z
  .object({
    id: z.string(),
    at: instant,
    kind: z.enum(["join", "split", "rename", "bot"]),
    /** What it did, as a sentence for people. */
    says: z.string(),
  })
  .meta({ id: "PeopleEdit" });
export type SavedPeopleEdit = z.infer<typeof savedPeopleEdit>;

export const collectionPeople = z
  .object({
    /** Those with most messages first, at most 10,000. */
    people: z.array(person),
    /** How many there are. */
    total: z.int(),
    suggestions: z.array(suggestion),
    /** The last changes, the newest first, without those that were undone. */
    edits: z.array(savedPeopleEdit),
  })
  .meta({ id: "CollectionPeople" });
export type CollectionPeople = z.infer<typeof collectionPeople>;

export const peopleEdit = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("join"),
      people: z.array(name).min(2).max(500),
      /** The name to show; that of the first where it is left out. */
      shown: typedName.optional(),
    }),
    z.strictObject({
      kind: z.literal("split"),
      person: name,
      /** Names that become people of their own: in one source, or wherever they are this person's. */
      names: z
        .array(z.strictObject({ name, source: sourceName.optional() }))
        .min(1)
        .max(500),
    }),
    z.strictObject({
      kind: z.literal("rename"),
      person: name,
      /** "": the most frequent of their own names. */
      shown: z.string().trim().max(LONGEST_NAME),
    }),
    z.strictObject({
      kind: z.literal("bot"),
      person: name,
      /** null: as the source says, or as it is guessed. */
      bot: z.boolean().nullable(),
    }),
  ])
  .meta({ id: "PeopleEditRequest" });
export type PeopleEdit = z.infer<typeof peopleEdit>;

/** Says that a person is, or is not, whoever asks. */
export const ownPerson = z.strictObject({ person: name, me: z.boolean() });

export const suggestionPairs = z.strictObject({ pairs: z.array(pair).min(1).max(500) });

export const savedPeopleEdits = z.object({ edits: z.array(savedPeopleEdit) });
