// `parlance conversations`: lists the conversations of a collection, prints one of them, or merges several that are one chat.
import { defineCommand } from "citty";
import { conversationList, conversationPage } from "#services/contract/conversations.ts";
import { ask, type Client } from "../client/client.ts";
import { count, json, line, paint, printable, table, when } from "../client/output.ts";
import { chooseCollection } from "../collections.ts";
import { doWithMerges, mergeActions } from "../conversation-merges.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { limitOf } from "../line/limit.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const goneLine = (gone: number): string =>
  gone === 1
    ? "1 message is not in the newest export."
    : `${count(gone)} messages are not in the newest export.`;

interface ReadArguments {
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const printOne = async (client: Client, id: string, args: ReadArguments): Promise<void> => {
  const query = args.all ? "path=all&kinds=all&gone=show&limit=500" : "limit=500";
  const page = await ask(client, conversationPage, {
    path: `/api/v1/conversations/${encodeURIComponent(id)}?${query}`,
  });
  if (args.json) return json(page);
  const { title, channel, id: own } = page.conversation;
  line(paint("bold", printable(title ?? channel ?? own)));
  for (const message of page.messages) {
    line(
      `\n${paint("cyan", printable(message.author))}  ${paint("dim", `${when(message.at)}${message.gone ? "  not in the newest export" : ""}`)}`,
    );
    line(printable(message.text));
  }
  if (page.gone > 0 && !args.all) line(paint("dim", `\n${goneLine(page.gone)} --all shows them.`));
  if (page.total > page.messages.length)
    line(paint("dim", `\n… ${count(page.total - page.messages.length)} more messages`));
};

interface ListArguments {
  readonly collection?: string | undefined;
  readonly title?: string | undefined;
  readonly limit?: string | undefined;
  readonly json?: boolean | undefined;
}

const printList = async (client: Client, args: ListArguments, limit: number): Promise<void> => {
  const chosen = await chooseCollection(client, args.collection);
  const query = new URLSearchParams({
    limit: String(limit),
    ...(args.title === undefined ? {} : { title: args.title }),
  });
  const list = await ask(client, conversationList, {
    path: `/api/v1/collections/${chosen.id}/conversations?${query}`,
  });
  if (args.json) return json(list);
  if (list.total === 0)
    return line(
      args.title === undefined
        ? `“${printable(chosen.name)}” has no conversations yet.`
        : `No conversation in “${printable(chosen.name)}” has this in its title.`,
    );
  table(
    ["id", "last message", "messages", "source", "title"],
    list.conversations.map((one) => [
      one.id,
      when(one.lastAt),
      count(one.messages),
      one.source,
      one.title ?? one.channel ?? "",
    ]),
  );
  const empty = list.empty === 0 ? "" : `, ${count(list.empty)} of them without a message`;
  const all = list.total + list.empty;
  return line(paint("dim", `${count(list.conversations.length)} of ${count(all)}${empty}`));
};

export const conversations = defineCommand({
  meta: {
    name: "conversations",
    description:
      "List the conversations of a collection, read one, or merge those that are one chat",
  },
  args: {
    id: {
      type: "positional",
      required: false,
      description: "Id of a conversation to read (as listed); or merge, suggest, merges, unmerge",
    },
    ids: {
      type: "positional",
      required: false,
      description:
        "With merge: ids, the one first whose title, names and clock are kept. With suggest and unmerge: an id",
    },
    preview: {
      type: "boolean",
      description: "With merge: show what it would do, and change nothing",
    },
    collection: collectionArgument,
    title: { type: "string", description: "Only those with these words in the title" },
    limit: { type: "string", description: "How many to list, 1-200 (50 by default)" },
    all: {
      type: "boolean",
      description:
        "With an id: side branches, tool and system messages, and what is not in the newest export too",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const limit = limitOf(args.limit ?? "50", 200);
    const action = mergeActions.find((one) => one === args.id);
    if (args.preview && action !== "merge")
      throw misuse("--preview is of merge.", "`parlance conversations merge ID ID --preview`.");
    if (action !== undefined)
      return inCollection(args.collection, (there) =>
        doWithMerges(action, there, {
          ids: args._.slice(1),
          preview: args.preview === true,
          asJson: args.json === true,
        }),
      );
    if (args._.length > 1)
      throw misuse(
        "One conversation is read at a time.",
        "`parlance conversations merge ID ID` makes one of several.",
      );
    if (args.id === undefined && args.all)
      throw misuse(
        "--all shows all of one conversation.",
        "Name its id too: `parlance conversations` lists the ids.",
      );
    const ofList = (["title", "limit"] as const).find((option) => args[option] !== undefined);
    if (args.id !== undefined && ofList !== undefined)
      throw misuse(
        `--${ofList} is of the list, not of one conversation.`,
        `Leave out --${ofList}, or the id.`,
      );
    const client = await openClient();
    try {
      await (args.id === undefined
        ? printList(client, args, limit)
        : printOne(client, args.id, args));
    } finally {
      await client.close();
    }
    return undefined;
  },
});
