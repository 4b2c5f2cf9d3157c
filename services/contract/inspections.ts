// What is in a file, as an inspection says it before anything is imported, and what of it the collection does not have yet.
import { z } from "zod";
import { seenTable } from "./columns.ts";
import { instant } from "./common.ts";

export const inspectedFormat = z.object({
  /** The word by which searches are filtered. */
  source: z.string(),
  /** For people. */
  name: z.string(),
  /** Of the format, or of the program that wrote the file; null where the file names none. */
  version: z.string().nullable(),
  /**
   * What tells the format. structure: fields that no other format has · layout: how its lines or columns are laid out, which other
   * files may share · guess: any text with names and colons comes near it.
   */
  toldBy: z.enum(["structure", "layout", "guess"]),
});
export type InspectedFormat = z.infer<typeof inspectedFormat>;

/** Problems with the same code and reason, as one. */
export const inspectedProblem = z.object({
  code: z.string(),
  reason: z.string(),
  /** How many records it stands for. */
  count: z.int(),
  /** The first places where it was met. */
  places: z.array(z.string()),
});
export type InspectedProblem = z.infer<typeof inspectedProblem>;

export const inspection = z.object({
  filename: z.string(),
  bytes: z.int(),
  /** In the order in which they were met; several for an archive of several. */
  formats: z.array(inspectedFormat),
  conversations: z.int(),
  /** Conversations that have branches beside their main path. */
  branched: z.int(),
  /** Messages as they are counted everywhere: on the main path, no thinking, tool calls, joins and leaves. */
  messages: z.int(),
  /** Entries that are kept beside them, by why they are not counted. */
  others: z.object({
    /** Joins, leaves, system prompts. */
    notices: z.int(),
    thinking: z.int(),
    tool: z.int(),
    offMainPath: z.int(),
  }),
  /** Names that counted messages are by, assistants among them. */
  authors: z.object({
    count: z.int(),
    /** With the most messages first. */
    first: z.array(z.object({ name: z.string(), messages: z.int() })),
  }),
  /** Names of language models, with the most messages first. */
  models: z.array(z.string()),
  /** Of counted messages; null where none has a time. */
  from: instant.nullable(),
  to: instant.nullable(),
  withoutTime: z.int(),
  /** Messages whose time is read in the assumed zone, because the file names none. */
  assumedZone: z.int(),
  /** ISO 639-1, and the share of the messages whose language can be told, 0 … 1: the largest first; of a sample in large files. */
  languages: z.array(z.object({ code: z.string(), share: z.number() })),
  /** Files that messages name. Their bytes are not read. */
  attachments: z.int(),
  /** The first tables, with what their columns were taken for. */
  tables: z.array(seenTable),
  /** The most frequent first. */
  problems: z.array(inspectedProblem),
});
export type Inspection = z.infer<typeof inspection>;

/** What an import would change in its collection, as the collection was when the file was inspected. */
export const importPreview = z.object({
  /** Conversations of the file by what becomes of them: each is counted once. */
  conversations: z.object({
    new: z.int(),
    /** That the collection has, with messages that it does not have. */
    extended: z.int(),
    /** Without a new message: another text, title or main path, or messages that are gone. */
    changed: z.int(),
    unchanged: z.int(),
  }),
  /** Entries, whether they are counted as messages or not: the import reports the same numbers. */
  entries: z.object({
    new: z.int(),
    known: z.int(),
    /** Known ones whose text is replaced. */
    changed: z.int(),
    /** That the collection has, and the file proves to be deleted at the source: they are kept and marked. */
    gone: z.int(),
  }),
});
export type ImportPreview = z.infer<typeof importPreview>;

export const uploadInspection = inspection
  .extend({ inspectedAt: instant, preview: importPreview })
  .meta({ id: "UploadInspection" });
export type UploadInspection = z.infer<typeof uploadInspection>;
