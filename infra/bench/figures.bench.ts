// Figures, selections and comparisons of 250,000 messages; errors of the trend test; sentiment and flags on labelled and real texts.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { compareSides } from "../../services/analyse/compare/compare-selections.ts";
import { figuresOf } from "../../services/analyse/figures/all-figures.ts";
import { figureNames } from "../../services/analyse/figures/figure.ts";
import {
  freshOf,
  notableConversations,
  sayWhatIsIn,
} from "../../services/analyse/figures/overview.ts";
import { sparksOf } from "../../services/analyse/figures/sparks.ts";
import { trendOfTopics } from "../../services/analyse/figures/trend-test.ts";
import { openView } from "../../services/analyse/figures/view.ts";
import {
  aFrame,
  diceOf,
  type SomeMessage,
} from "../../services/analyse/frame/frame-columns.builders.ts";
import {
  type Frame,
  type FrameTopic,
  flagBits,
} from "../../services/analyse/frame/frame-columns.ts";
import {
  type MessageSelection,
  selectMessages,
  sentimentName,
} from "../../services/analyse/frame/select.ts";
import { facetsOf, sizeOf } from "../../services/analyse/frame/select-facets.ts";
import { pageOf } from "../../services/analyse/frame/select-page.ts";
import { flagsOf } from "../../services/analyse/tone/flags.ts";
import { sentimentOf } from "../../services/analyse/tone/sentiment.ts";
import { sentimentLanguages } from "../../services/analyse/tone/sentiment-lexicon.ts";
import { haveIrcArchive, ircMessages } from "./irc-archive.ts";
import { machine, markdownTable, quantile } from "./measure.ts";

const MESSAGES = 250_000;
const LEAVES = 200;
const zone = "Europe/Berlin";
const DAY = 86_400_000;

/** Leaves below 40 and 8 parents. */
const topicTree = (): FrameTopic[] =>
  [8, 40, LEAVES].flatMap((count, level) =>
    Array.from({ length: count }, (_, at) => ({
      id: `top_${level}_${at}`,
      title: `Topic ${level} ${at}`,
      level,
      hidden: false,
      colour: at,
      leaves: Array.from({ length: LEAVES }, (_, leaf) => leaf).filter(
        (leaf) => leaf % count === at,
      ),
    })),
  );

const speakerOf = (dice: () => number, talk: number, turn: number): SomeMessage => {
  const person = `person ${Math.floor(dice() ** 3 * 5000)}`;
  if (talk % 2 === 1) return { author: person, role: "person", source: "slack" };
  if (turn % 2 === 0) return { author: person, role: "user", source: "openai" };
  return { author: "bot", role: "assistant", source: "openai", model: `model-${talk % 5}` };
};

const looksOf = (dice: () => number): SomeMessage => ({
  similarity: dice(),
  x: dice() * 20 - 10,
  y: dice() * 20 - 10,
  length: Math.floor(dice() * 2000),
  sentiment: Math.floor(dice() * 120 - 60),
  flags: dice() < 0.02 ? flagBits.refusal | flagBits.frustration : 0,
  language: ["en", "de", "fr", "es"][Math.floor(dice() ** 2 * 4)] ?? "en",
});

/** Conversations of five years, uneven in length, in four languages, half of them with an assistant. */
const bigFrame = (): Frame => {
  const dice = diceOf(1);
  const messages: SomeMessage[] = [];
  for (let talk = 0; messages.length < MESSAGES; talk++) {
    const begins = Date.UTC(2019, 0, 1) + dice() * 5 * 365 * DAY;
    const topic = Math.floor(dice() ** 2 * LEAVES);
    const length = Math.ceil(Math.exp(dice() * 5));
    for (let turn = 0; turn < length && messages.length < MESSAGES; turn++)
      messages.push({
        conversation: `con_${talk}`,
        at: begins + turn * 60_000 * dice(),
        topic: dice() < 0.1 ? -1 : topic,
        channel: `channel ${talk % 40}`,
        ...speakerOf(dice, talk, turn),
        ...looksOf(dice),
      });
  }
  return aFrame(messages);
};

/** Milliseconds of the first run, of the fastest of seven more, and of processor time in the median of those. */
const timed = (run: () => unknown): [first: string, quickest: string, processor: string] => {
  const runs = Array.from({ length: 8 }, () => {
    const start = performance.now();
    const busy = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(busy);
    return { wall: performance.now() - start, cpu: (user + system) / 1000 };
  });
  const later = runs.slice(1);
  return [
    (runs[0]?.wall ?? 0).toFixed(0),
    Math.min(...later.map(({ wall }) => wall)).toFixed(1),
    quantile(
      later.map(({ cpu }) => cpu),
      0.5,
    ).toFixed(1),
  ];
};

const measureFigures = () => {
  const frame = bigFrame();
  const topics = topicTree();
  const all = new Uint8Array(frame.messages.count).fill(1);
  const select = (selection: MessageSelection) =>
    selectMessages(frame, topics, selection, { zone });
  const lasso = Array.from({ length: 2000 }, (_, at): [number, number] => {
    const radius = 5 + Math.sin(at / 3);
    const angle = (at / 2000) * 2 * Math.PI;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  const half = select({ after: Date.UTC(2021, 5, 1) });
  const rest = half.map((byte) => 1 - byte);
  const rows: [string, string, string, string][] = [
    ["select: hours and weekdays", ...timed(() => select({ hours: [9, 10], weekdays: [1, 2] }))],
    ["select: a lasso of 2,000 corners", ...timed(() => select({ area: lasso }))],
    [
      "select: time, topics, authors, languages",
      ...timed(() =>
        select({
          after: Date.UTC(2020, 0, 1),
          topics: ["top_0_1", "top_2_7"],
          authors: ["person 3", "person 70"],
          languages: ["de", "en"],
        }),
      ),
    ],
    ["facets and sizes", ...timed(() => [facetsOf(frame, topics, all), sizeOf(frame, all)])],
    ["page of 50, typical", ...timed(() => pageOf(frame, all, { sort: "typical", limit: 50 }))],
    ["open a view", ...timed(() => openView(frame, topics, { mask: all, zone }))],
  ];
  const view = openView(frame, topics, { mask: all, zone });
  for (const name of figureNames)
    rows.push([`figure ${name}`, ...timed(() => figuresOf(view, [name]))]);
  rows.push(
    ["all figures", ...timed(() => figuresOf(view, figureNames))],
    ["trends of all levels", ...timed(() => trendOfTopics(frame, topics, { mask: all, zone }))],
    ["small lines of all topics", ...timed(() => sparksOf(frame, topics, { mask: all }))],
    ["compare two halves", ...timed(() => compareSides(frame, topics, { a: half, b: rest }))],
    ["overview", ...timed(() => [sayWhatIsIn(view), freshOf(view), notableConversations(view)])],
  );
  console.log(
    `## ${MESSAGES.toLocaleString("en")} messages, ${frame.conversations.count.toLocaleString("en")} conversations, ${LEAVES} leaf topics\n`,
  );
  console.log(
    markdownTable(["", "first, ms", "quickest of 7 more, ms", "processor, ms"], rows),
    "\n",
  );
};

/** Bursty conversations on 12 topics; the share of topic 0 in the last third is multiplied by `change`. */
const burstyTalk = (seed: number, days: number, change: number): Frame => {
  const dice = diceOf(seed);
  const heat = Array.from({ length: 12 }, () => 1);
  const messages: SomeMessage[] = [];
  for (let day = 0; day < days; day++) {
    for (let topic = 0; topic < 12; topic++)
      if (dice() < 0.35) heat[topic] = Math.exp(1.6 * (dice() + dice() + dice() - 1.5));
    const weights = heat.map((one, topic) =>
      topic === 0 && day >= (days * 2) / 3 ? one * change : one,
    );
    const sum = weights.reduce((all, one) => all + one, 0);
    for (let talk = Math.floor(2 + dice() * 8); talk > 0; talk--) {
      let left = dice() * sum;
      const topic = weights.findIndex((weight) => {
        left -= weight;
        return left < 0;
      });
      const length = Math.ceil(Math.exp(dice() * 3.5));
      for (let turn = 0; turn < length; turn++)
        messages.push({
          conversation: `c${day}-${talk}`,
          at: Date.UTC(2023, 0, 1) + day * DAY + talk * 3_600_000 + turn * 60_000,
          topic: dice() < 0.15 ? Math.floor(dice() * 12) : topic,
        });
    }
  }
  return aFrame(messages);
};

const measureTrends = () => {
  const topics: FrameTopic[] = Array.from({ length: 12 }, (_, leaf) => ({
    id: `top_${leaf}`,
    title: `Topic ${leaf}`,
    level: 0,
    hidden: false,
    colour: leaf,
    leaves: [leaf],
  }));
  const alarms = (frame: Frame) =>
    [
      ...trendOfTopics(frame, topics, {
        mask: new Uint8Array(frame.messages.count).fill(1),
        zone: "UTC",
      }),
    ].filter(([, { direction }]) => direction === "rising" || direction === "fading");
  const rows = [60, 180, 365].map((days) => {
    let [worlds, alarmed, called] = [0, 0, 0];
    for (let seed = 2001; seed <= 2400; seed++) {
      const found = alarms(burstyTalk(seed, days, 1));
      worlds++;
      called += found.length;
      if (found.length > 0) alarmed++;
    }
    const found = (change: number) => {
      let hits = 0;
      for (let seed = 3001; seed <= 3050; seed++)
        if (alarms(burstyTalk(seed, days, change)).some(([id]) => id === "top_0")) hits++;
      return `${((hits / 50) * 100).toFixed(0)} %`;
    };
    return [
      days,
      `${((alarmed / worlds) * 100).toFixed(1)} %`,
      `${((called / worlds / 12) * 100).toFixed(2)} %`,
      found(2),
      found(4),
    ];
  });
  console.log("## The trend test on bursty talk without a change (400 worlds) and with one (50)\n");
  console.log(
    markdownTable(
      [
        "days",
        "worlds with a false alarm",
        "topics falsely called",
        "doubling found",
        "fourfold found",
      ],
      rows,
    ),
    "\n",
  );
};

const labels = ["negative", "neutral", "positive"] as const;

const measureSentiment = () => {
  for (const [file, what] of [
    ["sentiment-sentences", "sentences the lists were corrected with"],
    ["sentiment-held-out", "sentences written after the lists were fixed"],
  ] as const) {
    const all: Record<string, Record<string, string[]>> = JSON.parse(
      readFileSync(
        join(import.meta.dirname, `../../services/analyse/fixtures/${file}.json`),
        "utf8",
      ),
    );
    const confusion = new Map<string, number>();
    const rows = sentimentLanguages.map((language) => {
      let [right, count] = [0, 0];
      for (const [label, texts] of Object.entries(all[language] ?? {}))
        for (const text of texts) {
          const value = sentimentOf(text, language);
          const told = value === null ? "neutral" : sentimentName(Math.round(value * 100));
          count++;
          if (told === label) right++;
          confusion.set(`${label} ${told}`, (confusion.get(`${label} ${told}`) ?? 0) + 1);
        }
      return [language, count, `${((right / count) * 100).toFixed(0)} %`];
    });
    console.log(`## Sentiment: ${what}\n`);
    console.log(markdownTable(["language", "sentences", "told right"], rows), "\n");
    console.log(
      markdownTable(
        ["labelled, told →", ...labels],
        labels.map((label) => [
          label,
          ...labels.map((told) => confusion.get(`${label} ${told}`) ?? 0),
        ]),
      ),
      "\n",
    );
  }
};

interface Turn {
  readonly role: string;
  readonly content: string;
}

const measureFlags = async () => {
  const folder = join(import.meta.dirname, "../../../shared/data/dialogues");
  const rows: (string | number)[][] = [];
  for (const name of ["sgd-test", "sgd-dev", "taskmaster4"]) {
    const path = join(folder, `${name}.jsonl.gz`);
    if (!existsSync(path)) {
      console.log(`${name} is not here: left out.`);
      continue;
    }
    const counts = { user: [0, 0], assistant: [0, 0] };
    for (const line of gunzipSync(readFileSync(path)).toString("utf8").trim().split("\n")) {
      const before: { user: string | null; assistant: string | null } = {
        user: null,
        assistant: null,
      };
      const { messages }: { messages: Turn[] } = JSON.parse(line);
      for (const { role, content } of messages) {
        if (role !== "user" && role !== "assistant") continue;
        const flags = flagsOf(content, { role, before: before[role] });
        before[role] = content;
        const own = counts[role];
        own[0] = (own[0] ?? 0) + 1;
        if ((flags & (flagBits.refusal | flagBits.frustration)) !== 0) own[1] = (own[1] ?? 0) + 1;
      }
    }
    const share = ([all = 0, hits = 0]: number[]) =>
      `${hits} of ${all} (${((hits / all) * 100).toFixed(2)} %)`;
    rows.push([name, share(counts.assistant), share(counts.user)]);
  }
  if (haveIrcArchive()) {
    const texts = await ircMessages();
    const count = (role: "user" | "assistant", bit: number) =>
      texts.filter((text) => (flagsOf(text, { role }) & bit) !== 0).length;
    const start = performance.now();
    const [refused, frustrated] = [
      count("assistant", flagBits.refusal),
      count("user", flagBits.frustration),
    ];
    const perFlag = ((performance.now() - start) / texts.length / 2) * 1000;
    const middle = performance.now();
    for (const text of texts) sentimentOf(text, "en");
    const perText = ((performance.now() - middle) / texts.length) * 1000;
    const share = (hits: number) =>
      `${hits} of ${texts.length} (${((hits / texts.length) * 100).toFixed(2)} %)`;
    rows.push(["#ubuntu, as if said to or by an assistant", share(refused), share(frustrated)]);
    console.log(
      `${perFlag.toFixed(1)} µs a message for flags, ${perText.toFixed(1)} µs for sentiment.\n`,
    );
  }
  console.log("## Flags where hardly any is due: dialogues between polite people\n");
  console.log(markdownTable(["", "refusals", "frustration"], rows));
};

console.log(`${machine()}\n`);
measureFigures();
measureSentiment();
await measureFlags();
if (process.argv.includes("--trends")) measureTrends();
