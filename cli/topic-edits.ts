// Changes of topics by hand: which one the options ask for, and undoing one.
import {
  editList,
  type SavedEdit,
  savedEdit,
  type Topic,
  type TopicEdit,
} from "#services/contract/analysis.ts";
import { rejected } from "#services/domain/errors.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { ask } from "./client/client.ts";
import type { InCollection } from "./in-collection.ts";
import { misuse } from "./line/misuse.ts";

/** Finds a topic by id, or by title where only one topic has it. @throws ParlanceError rejected `unknown-topic` */
export const topicNamed = (topics: readonly Topic[], name: string): Topic => {
  const wanted = name.trim().toLocaleLowerCase("en");
  const found = topics.filter(
    ({ id, title }) => id === name.trim() || title.toLocaleLowerCase("en") === wanted,
  );
  const [one, another] = found;
  if (one !== undefined && another === undefined) return one;
  const near = didYouMean(
    name,
    topics.map(({ title }) => title),
  );
  throw rejected(
    one === undefined
      ? `There is no topic called “${name}”.${near}`
      : `${found.length} topics are called “${name}”.`,
    {
      code: "unknown-topic",
      hint:
        one === undefined
          ? "`parlance topics --collection NAME` lists titles and ids."
          : `Name it by its id: ${found.map(({ id }) => id).join(", ")}.`,
    },
  );
};

/** `TOPIC=VALUE`; a title may contain “=”, so the last one counts. */
const pair = (option: string, text: string): readonly [string, string] => {
  const at = text.lastIndexOf("=");
  const [topic, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 0 || topic === "" || (option === "split" && value === ""))
    throw misuse(
      `--${option} ${text} is not of the form TOPIC=${option === "split" ? "NUMBER" : "NEW TITLE"}.`,
      option === "split"
        ? 'Write --split "TOPIC=3".'
        : 'Write --rename "TOPIC=NEW TITLE"; nothing after “=” gives back the title that was made for it.',
    );
  return [topic, value];
};

const listed = (text: string): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** What a topic may be divided into. */
const MOST_PARTS = 10;
const LONGEST_TITLE = 80;

const partsOf = (text: string): number => {
  const parts = Number(text);
  if (Number.isInteger(parts) && parts >= 2 && parts <= MOST_PARTS) return parts;
  throw misuse(
    `“${text}” is not a number of parts from 2 to ${MOST_PARTS}.`,
    'Write --split "TOPIC=3".',
  );
};

/** Ids of messages and of conversations, as the API takes them. */
const moved = (
  text: string,
): Pick<Extract<TopicEdit, { kind: "move" }>, "chunks" | "selection"> => {
  const ids = listed(text);
  const chunks = ids.filter((id) => id.startsWith("chk_"));
  const conversations = ids.filter((id) => id.startsWith("cnv_"));
  const other = ids.find((id) => !chunks.includes(id) && !conversations.includes(id));
  if (ids.length === 0 || other !== undefined)
    throw misuse(
      `--move ${other ?? text} is not the id of a message (chk_…) or of a conversation (cnv_…).`,
      '`parlance topics --topic "TOPIC" --messages` lists the ids of its messages, `parlance conversations --json` those of conversations.',
    );
  return {
    ...(chunks.length === 0 ? {} : { chunks }),
    ...(conversations.length === 0 ? {} : { selection: { conversations } }),
  };
};

/** Options of which each makes one change. */
export interface EditArguments {
  readonly rename?: string | undefined;
  readonly merge?: string | undefined;
  readonly move?: string | undefined;
  readonly into?: string | undefined;
  readonly split?: string | undefined;
  readonly hide?: string | undefined;
  readonly show?: string | undefined;
}

const needsInto = (option: "merge" | "move", form: string) =>
  misuse(`--${option} needs --into.`, `Write --${option} "${form}" --into "TOPIC".`);

/**
 * The change that the options ask for; undefined where they ask for none.
 * @throws ParlanceError rejected `bad-argument` | `unknown-topic`
 */
export const editOf = (args: EditArguments, topics: readonly Topic[]): TopicEdit | undefined => {
  const id = (name: string) => topicNamed(topics, name).id;
  if (args.rename !== undefined) {
    const [topic, title] = pair("rename", args.rename);
    if (title.length > LONGEST_TITLE)
      throw misuse(
        `The new title has ${title.length} characters; ${LONGEST_TITLE} are allowed.`,
        "Write a shorter one.",
      );
    return { kind: "rename", topic: id(topic), title };
  }
  if (args.merge !== undefined) {
    if (args.into === undefined) throw needsInto("merge", "TOPIC,TOPIC");
    return { kind: "merge", topics: listed(args.merge).map(id), into: id(args.into) };
  }
  if (args.move !== undefined) {
    if (args.into === undefined) throw needsInto("move", "ID,ID");
    const to = args.into.trim().toLowerCase() === "none" ? null : id(args.into);
    return { kind: "move", ...moved(args.move), to };
  }
  if (args.split !== undefined) {
    const [topic, parts] = pair("split", args.split);
    return { kind: "split", parts: partsOf(parts), topic: id(topic) };
  }
  if (args.hide !== undefined) return { kind: "hide", topic: id(args.hide), hidden: true };
  if (args.show !== undefined) return { kind: "hide", topic: id(args.show), hidden: false };
  return undefined;
};

/** The changes in effect, newest first. */
export const listEdits = async ({ client, path }: InCollection): Promise<SavedEdit[]> =>
  (await ask(client, editList, { path: `${path}/topic-edits` })).edits;

/** @param which the id of a change, or `last` @throws ParlanceError rejected `unknown-edit` */
export const undoEdit = async (there: InCollection, which: string): Promise<SavedEdit> => {
  const edits = await listEdits(there);
  const wanted = which.trim();
  const found = wanted === "last" ? edits[0] : edits.find(({ id }) => id === wanted);
  if (found === undefined)
    throw rejected(
      edits.length === 0
        ? "There is no change to undo: no topic was changed by hand."
        : `There is no change “${which}”.`,
      {
        code: "unknown-edit",
        hint: "`parlance topics --changes` lists the changes with their ids; `--undo last` undoes the newest.",
      },
    );
  const path = `${there.path}/topic-edits/${encodeURIComponent(found.id)}`;
  return ask(there.client, savedEdit, { path, method: "DELETE" });
};
