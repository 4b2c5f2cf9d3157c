// `parlance topics`: prints the topics of a collection and their history, and makes hand edits.
import { defineCommand } from "citty";
import {
  type AnalysisSettings,
  savedEdit,
  type Topic,
  type TopicEdit,
  type TopicList,
  topicDetail,
  topicEventList,
  topicList,
} from "#services/contract/analysis.ts";
import { rejected } from "#services/domain/errors.ts";
import { percent } from "#services/domain/percent.ts";
import { analysisOf, runAnalysis } from "../analysis.ts";
import { ask } from "../client/client.ts";
import { count, json, line, paint, printable, table, when } from "../client/output.ts";
import { collectionArgument, type InCollection, inCollection } from "../in-collection.ts";

/** Finds a topic by id, or by title where only one topic has it. */
const topicNamed = (topics: readonly Topic[], name: string): Topic => {
  const wanted = name.trim().toLocaleLowerCase("en");
  const found = topics.filter(
    ({ id, title }) => id === name.trim() || title.toLocaleLowerCase("en") === wanted,
  );
  const [one, another] = found;
  if (one !== undefined && another === undefined) return one;
  throw rejected(
    one === undefined
      ? `There is no topic called “${name}”.`
      : `${found.length} topics are called “${name}”.`,
    { code: "unknown-topic", hint: "`parlance topics --collection NAME` lists titles and ids." },
  );
};

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
        `version ${event.to}: ${event.kind}, ${count(event.sizeBefore)} → ${count(event.sizeAfter)}`,
      ),
    );
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
      event.kind,
      event.title,
      count(event.sizeBefore),
      count(event.sizeAfter),
      event.others.map(({ title }) => title).join(", "),
    ]),
  );
  return undefined;
};

/** `TOPIC=VALUE` */
const pair = (option: string, text: string): readonly [string, string] => {
  const at = text.lastIndexOf("=");
  if (at < 1)
    throw rejected(`--${option} ${text} is not of the form TOPIC=VALUE.`, {
      code: "bad-argument",
      hint: `Write --${option} "TOPIC=${option === "split" ? "3" : "NEW TITLE"}".`,
    });
  return [text.slice(0, at), text.slice(at + 1).trim()];
};

interface EditArguments {
  readonly rename?: string | undefined;
  readonly merge?: string | undefined;
  readonly into?: string | undefined;
  readonly split?: string | undefined;
  readonly hide?: string | undefined;
  readonly show?: string | undefined;
}

const editOf = (args: EditArguments, topics: readonly Topic[]): TopicEdit | undefined => {
  const id = (name: string) => topicNamed(topics, name).id;
  if (args.rename !== undefined) {
    const [topic, title] = pair("rename", args.rename);
    return { kind: "rename", topic: id(topic), title };
  }
  if (args.merge !== undefined) {
    if (args.into === undefined)
      throw rejected("--merge needs --into, the topic to merge into.", {
        code: "bad-argument",
        hint: 'Write --merge "TOPIC,TOPIC" --into "TOPIC".',
      });
    return { kind: "merge", topics: args.merge.split(",").map(id), into: id(args.into) };
  }
  if (args.split !== undefined) {
    const [topic, parts] = pair("split", args.split);
    return { kind: "split", topic: id(topic), parts: Number(parts) };
  }
  if (args.hide !== undefined) return { kind: "hide", topic: id(args.hide), hidden: true };
  if (args.show !== undefined) return { kind: "hide", topic: id(args.show), hidden: false };
  return undefined;
};

/** The number of topics that `--k` asks for; null for one that is chosen. */
const topicNumber = (k: string): number | null => {
  const wanted = k === "auto" ? null : Number(k);
  if (wanted !== null && !(Number.isInteger(wanted) && wanted >= 2 && wanted <= 500))
    throw rejected(`--k ${k} is not a number of topics from 2 to 500.`, {
      code: "bad-argument",
      hint: "`--k auto` chooses the number automatically.",
    });
  return wanted;
};

const layoutNamed = (name: string): AnalysisSettings["layout"] => {
  if (name === "umap" || name === "tsne") return name;
  throw rejected(`There is no layout “${name}”.`, {
    code: "bad-argument",
    hint: "Write --layout umap or --layout tsne.",
  });
};

interface RefitArguments {
  readonly k?: string | undefined;
  readonly layout?: string | undefined;
}

const refit = async (there: InCollection, { k, layout }: RefitArguments) => {
  if (k === undefined && layout === undefined) return runAnalysis(there, { mode: "refit" });
  const wanted = {
    ...(k === undefined ? {} : { k: topicNumber(k) }),
    ...(layout === undefined ? {} : { layout: layoutNamed(layout) }),
  };
  const { settings } = await analysisOf(there);
  return runAnalysis(there, { mode: "refit", settings: { ...settings, ...wanted } });
};

export const topics = defineCommand({
  meta: {
    name: "topics",
    description: "What a collection is about: its topics, their history, and changes by hand",
  },
  args: {
    collection: collectionArgument,
    topic: { type: "string", description: "Show one topic, by its title or id" },
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
    into: { type: "string", description: "The topic that others are merged into" },
    split: { type: "string", description: 'Split: "TOPIC=3"' },
    hide: { type: "string", description: "Hide a topic" },
    show: { type: "string", description: "Show a hidden topic again" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: ({ args }) => {
    if (args.k !== undefined && !args.refit)
      throw rejected("--k sets the number of topics of a new analysis.", {
        code: "k-without-refit",
        hint: "Say --refit too; the number is kept for later analyses.",
      });
    if (args.layout !== undefined && !args.refit)
      throw rejected("--layout sets how a new analysis draws the map.", {
        code: "layout-without-refit",
        hint: "Say --refit too; the layout is kept for later analyses.",
      });
    return inCollection(args.collection, async (there) => {
      if (args.refit) await refit(there, args);
      else if (args.update) await runAnalysis(there, { mode: "update" });
      else await analysisOf(there);
      if (args.history) return printHistory(there, args.json === true);
      const { client, path } = there;
      const list = await ask(client, topicList, { path: `${path}/topics?hidden=1` });
      if (args.topic !== undefined)
        return printOne(there, topicNamed(list.topics, args.topic).id, args.json === true);
      const edit = editOf(args, list.topics);
      if (edit !== undefined) {
        const saved = await ask(client, savedEdit, { path: `${path}/topic-edits`, body: edit });
        if (args.json) return json(saved);
        return line(
          `${printable(saved.says)}${saved.state === "next" ? " The next analysis applies it." : ""}`,
        );
      }
      const shown = list.topics.filter(({ hidden }) => args.hidden || !hidden);
      if (args.json) return json({ ...list, topics: shown });
      if (shown.length === 0)
        return line("There are no topics: the collection has too few messages.");
      return printTree(shown, list);
    });
  },
});
