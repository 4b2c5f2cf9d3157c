// The figures of conversations with an assistant: its models, its refusals, and frustration of users.

import {
  type FlagName,
  flagBits,
  leafOfMessages,
  type MessageSelection,
  type RoleName,
  roles,
} from "#services/analyse/frame/frame.ts";
import { medianOf, wilson } from "#services/analyse/statistics/statistics.ts";
import { frustrationMethod, refusalMethod } from "#services/analyse/tone/tone.ts";
import { percent } from "#services/domain/percent.ts";
import { blank, type Datum, drawn, type Figure, type FigureFrame } from "./figure.ts";
import { stepAt } from "./steps.ts";
import { axisFor, shownTopics, titlesOf, type View } from "./view.ts";
import { count, countOf, list, stepName } from "./wording.ts";

const modelsShape: FigureFrame = {
  name: "models",
  title: "Models",
  method: `Messages that name the model that wrote them, as the log names it. ${refusalMethod} The interval of a share is Wilson's, 95 %.`,
  columns: [
    ["model", "Model", "text"],
    ["messages", "Messages", "count"],
    ["share", "Share", "share"],
    ["conversations", "Conversations", "count"],
    ["length", "Median characters", "number"],
    ["refused", "Refused", "share"],
    ["low", "Low end", "share"],
    ["high", "High end", "share"],
    ["first", "First", "time"],
    ["last", "Last", "time"],
  ],
  chart: { type: "bars", x: "model", y: "messages", series: null, width: null },
};

const MOST_MODELS = 40;

/** The models of the assistant's messages, the most used first. */
export const models = (view: View): Figure => {
  const { frame, rows } = view;
  if (rows.length === 0) return blank(modelsShape, "No messages are selected.");
  const { messages } = frame;
  const byModel = new Map<number, number[]>();
  for (const row of rows) {
    const model = messages.model[row] ?? -1;
    if (model < 0) continue;
    const own = byModel.get(model);
    if (own === undefined) byModel.set(model, [row]);
    else own.push(row);
  }
  const sorted = [...byModel].sort(([a, x], [b, y]) => y.length - x.length || a - b);
  if (sorted.length === 0) return blank(modelsShape, "None of these messages names a model.");
  const named = sorted.reduce((sum, [, own]) => sum + own.length, 0);
  const data = sorted.slice(0, MOST_MODELS).map(([model, own]): Datum => {
    const name = frame.models[model] ?? "";
    const refused = own.filter((row) => ((messages.flags[row] ?? 0) & flagBits.refusal) !== 0);
    const { low, high } = wilson(refused.length, own.length);
    const times = own
      .map((row) => messages.at[row] ?? Number.NaN)
      .filter((at) => !Number.isNaN(at));
    return {
      cells: [
        name,
        own.length,
        own.length / named,
        new Set(own.map((row) => messages.conversation[row])).size,
        medianOf(own.map((row) => messages.length[row] ?? 0)),
        refused.length / own.length,
        low,
        high,
        times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY),
        times.reduce((most, at) => Math.max(most, at), Number.NEGATIVE_INFINITY),
      ],
      opens: { models: [name] },
    };
  });
  const top = data.slice(0, 3).map(({ cells }) => `${cells[0]} (${percent(Number(cells[2]))})`);
  return drawn(
    modelsShape,
    data,
    `${countOf(sorted.length, "model")} wrote ${countOf(named, "message")}: ${list(top)}${sorted.length > 3 ? " and others" : ""}.`,
  );
};

const columns = [
  ["group", "Group", "text"],
  ["by", "By", "text"],
  ["hits", "Messages", "count"],
  ["of", "Of", "count"],
  ["share", "Share", "share"],
  ["low", "Low end", "share"],
  ["high", "High end", "share"],
] as const;

const chart = { type: "bars", x: "group", y: "share", series: "by", width: null } as const;

const interval =
  " The 95 % interval of a share is Wilson's; it treats messages as independent; those of one conversation are not, so the true interval is wider.";

/** One flag of one role, as a share of that role's messages. */
interface Flagged {
  readonly shape: FigureFrame;
  readonly flag: FlagName;
  readonly role: RoleName;
  /** The words of a sentence about it. */
  readonly sentence: (hits: string, of: string, share: string) => string;
  readonly none: string;
  readonly nobody: string;
}

const refusal: Flagged = {
  shape: {
    name: "refusals",
    title: "Refusals",
    method: refusalMethod + interval,
    columns,
    chart,
  },
  flag: "refusal",
  role: "assistant",
  sentence: (hits, of, share) => `The assistant refused in ${hits} of ${of} messages (${share}).`,
  none: "No refusal was found among the assistant's messages.",
  nobody: "None of these messages is from an assistant.",
};

const frustrated: Flagged = {
  shape: {
    name: "frustration",
    title: "Frustration of users",
    method: frustrationMethod + interval,
    columns,
    chart,
  },
  flag: "frustration",
  role: "user",
  sentence: (hits, of, share) => `Users sound frustrated in ${hits} of ${of} messages (${share}).`,
  none: "No sign of frustration was found among the users' messages.",
  nobody: "None of these messages is from a user of an assistant.",
};

interface Group {
  readonly name: string;
  readonly by: "all" | "model" | "topic" | "time";
  hits: number;
  of: number;
  readonly opens: MessageSelection;
}

const MOST_TOPICS = 15;
/** Most steps of time that are shown beside models and topics. */
const MOST_STEPS = 36;
/** Least number of messages for a share. */
const LEAST = 10;

/** The model of the next message in the conversation that names one, because users' messages name none. */
const modelsAround = ({ frame, rows }: View): Int16Array => {
  const { conversation, model } = frame.messages;
  const around = new Int16Array(rows.length).fill(-1);
  let [next, home] = [-1, -1];
  for (let place = rows.length - 1; place >= 0; place--) {
    const row = rows[place] ?? 0;
    if (conversation[row] !== home) next = -1;
    home = conversation[row] ?? -1;
    if ((model[row] ?? -1) >= 0) next = model[row] ?? -1;
    around[place] = next;
  }
  return around;
};

/** The groups that each message counts in: all, its model, its topic, its step of time. */
const openGroups = (view: View, { role, flag }: Flagged) => {
  const { shown, placeOfLeaf } = shownTopics(view);
  const titles = titlesOf(shown);
  const leaf = leafOfMessages(view.frame);
  const around = modelsAround(view);
  const group = (name: string, by: Group["by"], opens: MessageSelection): Group => ({
    name,
    by,
    hits: 0,
    of: 0,
    opens: { roles: [role], flags: [flag], ...opens },
  });
  const all = group("All", "all", {});
  const byModel = view.frame.models.map((name) =>
    // A user's message names no model, and a selection cannot say "answered by this model".
    group(name, "model", role === "assistant" ? { models: [name] } : {}),
  );
  const byTopic = shown.map(({ id }, place) =>
    group(titles[place] ?? "", "topic", { topics: [id] }),
  );
  const axis = view.dated > 0 ? axisFor(view, Math.ceil(500 / MOST_STEPS)) : undefined;
  const byTime = Array.from({ length: axis?.count ?? 0 }, (_, step) => {
    const after = axis?.starts[step] ?? 0;
    const before = axis?.starts[step + 1] ?? after;
    return group(stepName(axis?.step ?? "year", after, view), "time", { after, before });
  });
  return {
    all,
    byModel,
    byTopic,
    byTime,
    groupsOf: (place: number, row: number) => [
      all,
      byModel[around[place] ?? -1],
      byTopic[placeOfLeaf[leaf[row] ?? -1] ?? -1],
      axis === undefined
        ? undefined
        : byTime[stepAt(axis, view.frame.messages.at[row] ?? Number.NaN)],
    ],
  };
};

const sharesOf = (view: View, what: Flagged): Figure => {
  const { shape, flag, role, sentence, none, nobody } = what;
  if (view.rows.length === 0) return blank(shape, "No messages are selected.");
  const { messages } = view.frame;
  const place = roles.indexOf(role);
  const { all, byModel, byTopic, byTime, groupsOf } = openGroups(view, what);
  for (const [at, row] of view.rows.entries()) {
    if (messages.role[row] !== place) continue;
    const hit = ((messages.flags[row] ?? 0) & flagBits[flag]) === 0 ? 0 : 1;
    for (const group of groupsOf(at, row))
      if (group !== undefined) {
        group.of++;
        group.hits += hit;
      }
  }
  if (all.of === 0) return blank(shape, nobody);
  if (all.hits === 0) return blank(shape, none);
  const share = ({ hits, of }: Group) => hits / of;
  const sorted = (groups: readonly Group[]) =>
    groups.filter(({ of }) => of >= LEAST).sort((a, b) => share(b) - share(a));
  const topics = sorted(byTopic);
  const shown = [
    all,
    ...sorted(byModel),
    ...topics.slice(0, MOST_TOPICS),
    ...byTime.filter(({ of }) => of > 0),
  ];
  const data = shown.map((group): Datum => {
    const { low, high } = wilson(group.hits, group.of);
    const opens =
      group.hits === 0 || (group.by === "model" && role !== "assistant") ? null : group.opens;
    return {
      cells: [group.name, group.by, group.hits, group.of, share(group), low, high],
      opens,
    };
  });
  const whole = sentence(count(all.hits), count(all.of), percent(share(all)));
  return drawn(shape, data, [whole, ...above(topics, all)].join(" "));
};

/** The topic whose share is reliably above the overall share: its interval lies above it. */
const above = (topics: readonly Group[], all: Group): string[] => {
  // Many topics are compared, so only one far above is named: by a second width of its interval.
  const clear = topics.find((topic) => {
    const { low } = wilson(topic.hits, topic.of);
    const share = topic.hits / topic.of;
    return low - (share - low) > all.hits / all.of;
  });
  return clear === undefined
    ? []
    : [`Most often in ${clear.name}: ${percent(clear.hits / clear.of)} of ${count(clear.of)}.`];
};

/** What the assistant refused: overall, by model, by topic, over time. */
export const refusals = (view: View): Figure => sharesOf(view, refusal);

/** Where users sound frustrated: overall, by the model that answers, by topic, over time. */
export const frustration = (view: View): Figure => sharesOf(view, frustrated);
