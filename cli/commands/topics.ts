// `parlance topics`: prints the topics of a collection and their history, and makes and undoes hand edits.

import { defineCommand } from "citty";
import {
  type AnalysisSettings,
  type SavedEdit,
  savedEdit,
  type Topic,
  type TopicEdit,
  type TopicList,
  topicDetail,
  topicEventList,
  topicList,
} from "#services/contract/analysis.ts";
import { selectedMessages } from "#services/contract/figures.ts";
import { changeWords } from "#services/domain/change-words.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { percent } from "#services/domain/percent.ts";
import { analysisOf, runAnalysis } from "../analysis.ts";
import { ask } from "../client/client.ts";
import { count, json, line, paint, printable, table, when } from "../client/output.ts";
import { collectionArgument, type InCollection, inCollection } from "../in-collection.ts";
import { limitOf } from "../line/limit.ts";
import { misuse } from "../line/misuse.ts";
import { editOf, listEdits, topicNamed, undoEdit } from "../topic-edits.ts";

const printTree = (
  topics: readonly Topic[],
  { outliers, messages }: Pick<TopicList, "outliers" | "messages">,
): void => {
  table(
    ["topic", "messages", "share", "trend", "id", "words"],
    topics.map((topic) => [
      `${"  ".repeat(topic.level)}${topic.title}${topic.hidden ? " (hidden)" : ""}`,
      count(topic.messages),
      percent(topic.share),
      topic.trend.direction === "unknown" ? "–" : topic.trend.direction,
      topic.id,
      topic.keywords
        .slice(0, 5)
        .map(({ term }) => term)
        .join(", "),
    ]),
  );
  if (outliers > 0)
    line(
      paint(
        "dim",
        `${count(outliers)} of ${count(messages)} messages (${percent(outliers / messages)}) belong to no topic`,
      ),
    );
};

const printOne = async ({ client, path }: InCollection, id: string, asJson: boolean) => {
  const detail = await ask(client, topicDetail, { path: `${path}/topics/${id}` });
  if (asJson) return json(detail);
  const { topic, nearest, events } = detail;
  line(paint("bold", printable(topic.title)));
  if (topic.summary !== null) line(printable(topic.summary));
  line(
    `${count(topic.messages)} messages in ${count(topic.conversations)} conversations by ${count(topic.people)} people, ${when(topic.firstAt)} to ${when(topic.lastAt)}`,
  );
  line(printable(topic.trend.says));
  line();
  line(printable(topic.keywords.map(({ term, count: times }) => `${term} (${times})`).join(", ")));
  line();
  for (const { author, at, text } of topic.examples) {
    line(`${paint("cyan", printable(author))}  ${paint("dim", when(at))}`);
    line(`    ${printable(text.replaceAll(/\s+/gu, " ")).slice(0, 300)}`);
  }
  line();
  line(
    paint(
      "dim",
      `nearest topics: ${printable(nearest.map(({ title }) => title).join(", ")) || "none"}`,
    ),
  );
  for (const event of events)
    line(
      paint(
        "dim",
        `version ${event.to}: ${changeWords(event)}, ${count(event.sizeBefore)} → ${count(event.sizeAfter)}`,
      ),
    );
  return undefined;
};

const printMessages = async (
  { client, path }: InCollection,
  { id, limit }: { readonly id: string; readonly limit: number },
  asJson: boolean,
) => {
  const found = await ask(client, selectedMessages, {
    path: `${path}/messages`,
    body: { selection: { topics: [id] }, sort: "typical", limit },
  });
  if (asJson) return json(found);
  table(
    ["id", "time", "author", "message"],
    found.messages.map(({ chunk, at, author, text }) => [
      chunk ?? "–",
      when(at),
      author,
      text.replaceAll(/\s+/gu, " ").slice(0, 100),
    ]),
  );
  if (found.total > found.messages.length)
    line(paint("dim", `${count(found.messages.length)} of ${count(found.total)} messages`));
  return undefined;
};

const printHistory = async ({ client, path }: InCollection, asJson: boolean) => {
  const { events } = await ask(client, topicEventList, { path: `${path}/topic-events` });
  if (asJson) return json(events);
  const told = events.filter(({ kind }) => kind !== "kept");
  if (told.length === 0) return line("The topics have not changed since they were first found.");
  table(
    ["version", "what", "topic", "before", "after", "with"],
    told.map((event) => [
      event.from === null ? String(event.to) : `${event.from} → ${event.to}`,
      changeWords(event),
      event.title,
      count(event.sizeBefore),
      count(event.sizeAfter),
      event.others.map(({ title }) => title).join(", "),
    ]),
  );
  return undefined;
};

/** The number of topics that `--k` asks for; null for one that is chosen. */
const topicNumber = (k: string): number | null => {
  const wanted = k === "auto" ? null : Number(k);
  if (wanted !== null && !(Number.isInteger(wanted) && wanted >= 2 && wanted <= 500))
    throw misuse(
      `--k ${k} is not a number of topics from 2 to 500.`,
      "`--k auto` chooses the number automatically.",
    );
  return wanted;
};

const layouts = ["umap", "tsne"] as const;

const layoutNamed = (name: string): AnalysisSettings["layout"] => {
  const found = layouts.find((one) => one === name);
  if (found !== undefined) return found;
  throw misuse(
    `There is no layout “${name}”.${didYouMean(name, layouts)}`,
    "Write --layout umap or --layout tsne.",
  );
};

interface RefitArguments {
  readonly k?: string | undefined;
  readonly layout?: string | undefined;
}

type Wanted = Partial<Pick<AnalysisSettings, "k" | "layout">>;

const wantedOf = ({ k, layout }: RefitArguments): Wanted => ({
  ...(k === undefined ? {} : { k: topicNumber(k) }),
  ...(layout === undefined ? {} : { layout: layoutNamed(layout) }),
});

const refit = async (there: InCollection, wanted: Wanted) => {
  if (Object.keys(wanted).length === 0) return runAnalysis(there, { mode: "refit" });
  const { settings } = await analysisOf(there);
  return runAnalysis(there, { mode: "refit", settings: { ...settings, ...wanted } });
};

/** What is shown or changed: one of these at a time. */
const acts = [
  "topic",
  "history",
  "changes",
  "rename",
  "merge",
  "move",
  "split",
  "hide",
  "show",
  "undo",
] as const;

type Given = Readonly<Record<string, unknown>>;

/** @throws ParlanceError rejected `bad-argument` where options contradict each other, or one lacks another */
const checkOptions = (args: Given): void => {
  const isGiven = (option: string) => args[option] !== undefined && args[option] !== false;
  const [first, second] = acts.filter(isGiven);
  if (first !== undefined && second !== undefined)
    throw misuse(
      `--${first} and --${second} cannot be used together.`,
      "Run the command once for each.",
    );
  if (isGiven("update") && isGiven("refit"))
    throw misuse(
      "--update and --refit cannot be used together.",
      "--update starts from the topics that there are, --refit finds them anew.",
    );
  for (const [option, says, needed] of needs)
    if (isGiven(option) && !needed.some(isGiven))
      throw misuse(says, `Say ${needed.map((one) => `--${one}`).join(" or ")} too.`);
};

const needs = [
  ["k", "--k sets the number of topics of a new analysis; later ones keep it.", ["refit"]],
  ["layout", "--layout sets how a new analysis draws the map; later ones keep it.", ["refit"]],
  ["into", "--into names the topic that topics or messages become part of.", ["merge", "move"]],
  ["messages", "--messages lists the messages of one topic.", ["topic"]],
  ["limit", "--limit says how many messages are listed.", ["messages"]],
] as const;

const change = async (there: InCollection, edit: TopicEdit, asJson: boolean) => {
  const saved = await ask(there.client, savedEdit, {
    path: `${there.path}/topic-edits`,
    body: edit,
  });
  if (asJson) return json(saved);
  return line(
    `${printable(saved.says)}${saved.state === "next" ? " The next analysis applies it." : ""}`,
  );
};

const undo = async (there: InCollection, which: string, asJson: boolean) => {
  const undone = await undoEdit(there, which);
  if (asJson) return json(undone);
  return line(
    `Undone: ${printable(undone.says)}${undone.state === "next" ? " The next analysis works without it." : ""}`,
  );
};

const states = {
  now: "in effect",
  next: "with the next analysis",
  waits: "its topic does not exist at present",
} as const satisfies Record<SavedEdit["state"], string>;

const printChanges = async (there: InCollection, asJson: boolean) => {
  const edits = await listEdits(there);
  if (asJson) return json(edits);
  if (edits.length === 0) return line("No topic was changed by hand.");
  table(
    ["id", "when", "state", "change"],
    edits.map(({ id, at, state, says }) => [id, when(at), states[state], says]),
  );
  return line(paint("dim", "`parlance topics --undo ID` (or `last`) undoes a change."));
};

export const topics = defineCommand({
  meta: {
    name: "topics",
    description: "What a collection is about: its topics, their history, and changes by hand",
  },
  args: {
    collection: collectionArgument,
    topic: { type: "string", description: "Show one topic, by its title or id" },
    messages: {
      type: "boolean",
      description:
        "List the messages of the topic with their ids, most typical first (with --topic)",
    },
    limit: { type: "string", description: "How many messages, 1-200 (50 by default)" },
    history: { type: "boolean", description: "The history of the topics, version by version" },
    hidden: { type: "boolean", description: "List hidden topics too" },
    update: { type: "boolean", description: "Analyse what is new since the last analysis" },
    refit: {
      type: "boolean",
      description: "Find the topics anew; topics that match keep their identities",
    },
    k: { type: "string", description: "Number of topics, or auto (with --refit)" },
    layout: {
      type: "string",
      description: "Layout of the map, umap (default) or tsne (with --refit)",
    },
    rename: { type: "string", description: 'Rename: "TOPIC=NEW TITLE"' },
    merge: { type: "string", description: 'Merge: "TOPIC,TOPIC" (with --into)' },
    move: {
      type: "string",
      description:
        "Move messages or whole conversations: their ids, separated by commas (with --into)",
    },
    into: {
      type: "string",
      description: "The topic that others are merged or messages are moved into; none: no topic",
    },
    split: { type: "string", description: 'Split: "TOPIC=3"' },
    hide: { type: "string", description: "Hide a topic" },
    show: { type: "string", description: "Show a hidden topic again" },
    changes: { type: "boolean", description: "List the changes by hand, newest first" },
    undo: { type: "string", description: "Undo a change by hand: its id, or last" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: ({ args }) => {
    checkOptions(args);
    const limit = args.limit === undefined ? 50 : limitOf(args.limit, 200);
    const wanted = wantedOf(args);
    const asJson = args.json === true;
    return inCollection(args.collection, async (there) => {
      if (args.refit) await refit(there, wanted);
      else if (args.update) await runAnalysis(there, { mode: "update" });
      else await analysisOf(there);
      if (args.history) return printHistory(there, asJson);
      if (args.changes) return printChanges(there, asJson);
      if (args.undo !== undefined) return undo(there, args.undo, asJson);
      const { client, path } = there;
      const list = await ask(client, topicList, { path: `${path}/topics?hidden=1` });
      if (args.topic !== undefined) {
        const { id } = topicNamed(list.topics, args.topic);
        return args.messages
          ? printMessages(there, { id, limit }, asJson)
          : printOne(there, id, asJson);
      }
      const edit = editOf(args, list.topics);
      if (edit !== undefined) return change(there, edit, asJson);
      const shown = list.topics.filter(({ hidden }) => args.hidden || !hidden);
      if (asJson) return json({ ...list, topics: shown });
      if (shown.length === 0)
        return line("There are no topics: the collection has too few messages.");
      return printTree(shown, list);
    });
  },
});
