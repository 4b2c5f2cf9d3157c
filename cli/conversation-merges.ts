// `parlance conversations merge`, `suggest`, `merges` and `unmerge`: conversations that are one chat become one, and are several again.
import {
  type MergePreview,
  mergeAccepted,
  mergeList,
  mergePreview,
  mergeSuggestions,
} from "#services/contract/merges.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import { shiftLabel } from "#services/domain/merged-chats.ts";
import { ask } from "./client/client.ts";
import { count, json, line, paint, printable, table } from "./client/output.ts";
import type { InCollection } from "./in-collection.ts";
import { misuse } from "./line/misuse.ts";

/** What the command line asks of the merges of a collection. */
export const mergeActions = ["merge", "suggest", "merges", "unmerge"] as const;
export type MergeAction = (typeof mergeActions)[number];

interface Asked {
  readonly ids: readonly string[];
  readonly preview: boolean;
  readonly asJson: boolean;
}

type Fit = MergePreview["conversations"][number];

const nameOf = ({ title, channel, id }: Fit["conversation"]): string => title ?? channel ?? id;

const printPreview = ({ messages, conversations }: MergePreview): void => {
  table(
    ["conversation", "source", "same", "only here", "clock", "names"],
    conversations.map(({ conversation, same, only, shifts, names }) => [
      nameOf(conversation),
      sourceLabel(conversation.source),
      count(same),
      count(only),
      shifts.map(({ minutes }) => shiftLabel(minutes)).join(", "),
      names.map(({ name, shown }) => `${name} = ${shown}`).join(", "),
    ]),
  );
  line(paint("dim", `Together: ${count(messages)} messages`));
};

const merge = async ({ client, path }: InCollection, { ids, preview, asJson }: Asked) => {
  if (ids.length < 2)
    throw misuse(
      "Which conversations are one chat?",
      "`parlance conversations merge ID ID`: the one first whose title, names and clock are to be kept.",
    );
  const body = { conversations: [...ids] };
  const found = await ask(client, mergePreview, { path: `${path}/merges/preview`, body });
  if (preview) return asJson ? json(found) : printPreview(found);
  const made = await ask(client, mergeAccepted, { path: `${path}/merges`, body });
  if (asJson) return json(made);
  printPreview(found);
  return line(
    `They are being merged in the background, as ${made.id}. \`parlance conversations unmerge ${made.id}\` undoes it.`,
  );
};

const suggest = async ({ client, path }: InCollection, { ids: [id], asJson }: Asked) => {
  if (id === undefined)
    throw misuse("The id of a conversation is missing.", "`parlance conversations suggest ID`.");
  const found = await ask(client, mergeSuggestions, {
    path: `${path}/merge-suggestions?conversation=${encodeURIComponent(id)}`,
  });
  if (asJson) return json(found);
  if (found.suggestions.length === 0)
    return line("No conversation of that time has its longer messages.");
  return table(
    ["id", "messages", "found here", "source", "title"],
    found.suggestions.map(({ conversation, shared, of }) => [
      conversation.id,
      count(conversation.messages),
      `${count(shared)} of ${count(of)}`,
      sourceLabel(conversation.source),
      nameOf(conversation),
    ]),
  );
};

const states = { asked: "being merged", merged: "merged", ending: "being undone" } as const;

const list = async ({ client, path }: InCollection, { asJson }: Asked) => {
  const found = await ask(client, mergeList, { path: `${path}/merges` });
  if (asJson) return json(found);
  if (found.merges.length === 0) return line("No conversations are merged here.");
  return table(
    ["id", "state", "conversations"],
    found.merges.map(({ id, state, conversations }) => [
      id,
      states[state],
      conversations.map((one) => `${nameOf(one)} (${sourceLabel(one.source)})`).join(", "),
    ]),
  );
};

const unmerge = async ({ client, path }: InCollection, { ids: [id], asJson }: Asked) => {
  if (id === undefined)
    throw misuse(
      "The id of a merged conversation is missing.",
      "`parlance conversations merges` lists them.",
    );
  const made = await ask(client, mergeAccepted, {
    path: `${path}/merges/${encodeURIComponent(id)}`,
    method: "DELETE",
  });
  if (asJson) return json(made);
  return line(printable("Its conversations are being shown by themselves again."));
};

export const doWithMerges = async (
  action: MergeAction,
  there: InCollection,
  asked: Asked,
): Promise<void> => {
  switch (action) {
    case "merge":
      return merge(there, asked);
    case "suggest":
      return suggest(there, asked);
    case "merges":
      return list(there, asked);
    case "unmerge":
      return unmerge(there, asked);
    default:
      return action satisfies never;
  }
};
