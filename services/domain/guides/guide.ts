// What a guide to a format says, and the sentences that all guides share.
import {
  type SourceKind,
  sourcesOfWholeConversations,
  sourcesOfWholeDays,
} from "../conversation.ts";

/** The formats that come as files. */
export type ImportedSource = Exclude<SourceKind, "live">;

export const formatFamilies = [
  "Assistants",
  "Coding agents",
  "Chat apps",
  "Work",
  "Logs, text and data",
] as const;
export type FormatFamily = (typeof formatFamilies)[number];

/** What a reader may keep of an export, in the order in which guides list it. */
export const keptTopics = [
  ["conversations", "Conversations"],
  ["authors", "Authors"],
  ["times", "Times"],
  ["replies", "Replies and threads"],
  ["branches", "Branches"],
  ["edits", "Edits"],
  ["deletions", "Deleted messages"],
  ["attachments", "Attachments"],
  ["thinking", "Thinking"],
  ["tools", "Tool calls"],
  ["models", "Models"],
  ["notices", "System notices"],
] as const;
export type KeptTopic = (typeof keptTopics)[number][0];

/** How what is imported again finds what is there: by ids of messages, by what they say, or by ids where there are some. */
export type ImportedAgain =
  | { readonly by: "ids" }
  | {
      readonly by: "words" | "either";
      /** By what a conversation is known. */
      readonly conversation: string;
    };

export interface FormatGuide {
  readonly source: ImportedSource;
  readonly family: FormatFamily;
  readonly name: string;
  /** The files to import. */
  readonly accepts: string;
  /** Set where neither files of the program nor the source of what writes them were at hand: the import's report says it. */
  readonly basis?: "descriptions";
  /** How to get an export, a sentence or two each. */
  readonly steps: readonly string[];
  readonly kept: Readonly<Partial<Record<KeptTopic, string>>>;
  /** What the file does not hold or is left out, and why. */
  readonly missing: readonly string[];
  readonly again: ImportedAgain;
}

/** What is true of all formats. */
export const ofAllFormats: readonly string[] = [
  "The uploaded file is kept as it came, and can be downloaded. Each message has its original record, which “Original record” in a conversation shows: what is not shown of a message is there.",
  "Of attachments, names are kept, and types and sizes where the file has them. What is in them is not read, unless the guide says so.",
  "What cannot be read is counted in the report of the import, with its place and the reason. The rest is imported.",
  "Times without a zone are read in the collection's time zone (its Settings; UTC by default), and marked. Set it before the import.",
];

/** Said of formats that were read from descriptions. */
export const basisText =
  "No file of this program was at hand: the reader follows public descriptions and other readers of the format. Look at what was imported, above all the first time.";

const lackingText = (source: ImportedSource): string => {
  if (sourcesOfWholeConversations.has(source))
    return "What the newest export of a conversation does not have any more is kept and marked as gone.";
  if (sourcesOfWholeDays.has(source))
    return "What the newest export does not have any more, of the days that it covers, is kept and marked as gone.";
  return "What a newer export lacks stays as it is.";
};

const knownText = (again: ImportedAgain): string => {
  switch (again.by) {
    case "ids":
      return "Conversations and messages have ids. Importing the same export again, or a newer one, adds only what is new; a message that was edited meanwhile gets its new words, and the earlier ones are kept.";
    case "words":
      return `A message has no id: it is known by its time, author and words, and its conversation by ${again.conversation}. Importing the same export again, or a newer one, adds only what is new; a message that was edited meanwhile comes in as another one.`;
    case "either":
      return `A message is known by its id where it has one, otherwise by its time, author and words, and its conversation by ${again.conversation}. Importing the same export again, or a newer one, adds only what is new; a message without an id that was edited meanwhile comes in as another one.`;
  }
};

/** What happens when an export is imported again, in sentences. */
export const againText = ({ source, again }: FormatGuide): string =>
  `${knownText(again)} ${lackingText(source)}`;
