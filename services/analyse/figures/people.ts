// The figures of people: how much each writes, and how fast each answers.

import {
  type MessageSelection,
  personOfMessages,
  roles,
  secondsToAnswer,
} from "#services/analyse/frame/frame.ts";
import { medianOf, quantileOf } from "#services/analyse/statistics/statistics.ts";
import { roleLabel } from "#services/domain/labels.ts";
import { percent } from "#services/domain/percent.ts";
import { blank, type Datum, drawn, type Figure, type FigureFrame } from "./figure.ts";
import type { View } from "./view.ts";
import { count, countOf, duration, list } from "./wording.ts";

const shape: FigureFrame = {
  name: "people",
  title: "People",
  method:
    "The authors of the most messages. A response time runs from the last message of another author in the conversation to this author's next message; a message after 12 hours of silence does not count as an answer. Medians are shown, because a few long silences would dominate a mean.",
  columns: [
    ["author", "Author", "text"],
    ["messages", "Messages", "count"],
    ["share", "Share", "share"],
    ["conversations", "Conversations", "count"],
    ["length", "Median characters", "number"],
    ["response", "Median response time", "duration"],
    ["first", "First", "time"],
    ["last", "Last", "time"],
  ],
  chart: { type: "bars", x: "author", y: "messages", series: null, width: null },
};

const MOST_PEOPLE = 50;
/** Least number of answers for a median. */
const LEAST_ANSWERS = 5;

/** Rows of the view by the value of a column, largest group first. */
const groups = (view: View, column: ArrayLike<number>): [place: number, rows: number[]][] => {
  const byPlace = new Map<number, number[]>();
  for (const row of view.rows) {
    const place = column[row] ?? 0;
    const rows = byPlace.get(place);
    if (rows === undefined) byPlace.set(place, [row]);
    else rows.push(row);
  }
  return [...byPlace].sort(([a, x], [b, y]) => y.length - x.length || a - b);
};

const extent = (values: ArrayLike<number>, rows: readonly number[]) => {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    const value = values[row] ?? Number.NaN;
    if (value < first) first = value;
    if (value > last) last = value;
  }
  return { first, last };
};

/** Response times of these rows, ascending. */
const answersOf = (seconds: Float64Array, rows: ArrayLike<number>): Float64Array => {
  const found = new Float64Array(rows.length);
  let count = 0;
  for (let place = 0; place < rows.length; place++) {
    const one = seconds[rows[place] ?? 0] ?? Number.NaN;
    if (!Number.isNaN(one)) found[count++] = one;
  }
  return found.subarray(0, count).sort();
};

/** The authors of the most messages. */
export const people = (view: View): Figure => {
  const { frame, rows } = view;
  if (rows.length === 0) return blank(shape, "No messages are selected.");
  const { messages } = frame;
  const seconds = secondsToAnswer(frame);
  const all = groups(view, messages.author);
  const data = all.slice(0, MOST_PEOPLE).map(([place, own]): Datum => {
    const author = frame.authors[place] ?? "";
    const answers = answersOf(seconds, own);
    const { first, last } = extent(messages.at, own);
    return {
      cells: [
        author,
        own.length,
        own.length / rows.length,
        new Set(own.map((row) => messages.conversation[row])).size,
        medianOf(own.map((row) => messages.length[row] ?? 0)),
        answers.length < LEAST_ANSWERS ? null : quantileOf(answers, 0.5),
        first,
        last,
      ],
      opens: { authors: [author] },
    };
  });
  return drawn(shape, data, whoWrites(view, all));
};

/** How many of these authors wrote nothing as a person. */
const assistantsAmong = (
  frame: View["frame"],
  all: readonly (readonly [number, readonly number[]])[],
): number => {
  const isPerson = personOfMessages(frame);
  return all.filter(([, rows]) => !rows.some((row) => isPerson[row] === 1)).length;
};

const whoWrites = (
  { frame, rows }: View,
  all: readonly (readonly [number, readonly number[]])[],
): string => {
  const [most] = all;
  const name = frame.authors[most?.[0] ?? 0] ?? "";
  const own = most?.[1].length ?? 0;
  if (all.length === 1) return `All ${countOf(rows.length, "message")} are by ${name}.`;
  let [passed, needed] = [0, 0];
  for (const [, mine] of all) {
    if (passed * 2 >= rows.length) break;
    passed += mine.length;
    needed++;
  }
  const half = all.length > 9 ? ` Half of all messages are by ${count(needed)} of them.` : "";
  const others = all.slice(MOST_PEOPLE);
  const unlisted = others.reduce((sum, [, mine]) => sum + mine.length, 0);
  const rest =
    unlisted > 0
      ? ` The ${MOST_PEOPLE} who wrote most are listed; the other ${count(others.length)} wrote ${countOf(unlisted, "message")}.`
      : "";
  const assistants = assistantsAmong(frame, all);
  const writers = [
    ...(all.length > assistants ? [countOf(all.length - assistants, "person", "people")] : []),
    ...(assistants > 0
      ? [countOf(assistants, "assistant, tool or bot", "assistants, tools and bots")]
      : []),
  ];
  return `${list(writers)} wrote; most, ${countOf(own, "message")} (${percent(own / rows.length)}), are by ${name}.${half}${rest}`;
};

const responses: FigureFrame = {
  name: "response-times",
  title: "Response times",
  method:
    "The time from the last message of another author in the conversation to the message that answers it, at each change of author; a message after 12 hours of silence does not count as an answer. The time counts for the author who answers. Half of the answers came sooner than the median. In a channel where several exchanges run at once, the message before may belong to another exchange: times are then too short.",
  columns: [
    ["who", "Who answers", "text"],
    ["kind", "Kind", "text"],
    ["answers", "Answers", "count"],
    ["median", "Median", "duration"],
    ["quarter", "Fastest quarter within", "duration"],
    ["slowest", "Slowest tenth after", "duration"],
    ["minute", "Within a minute", "share"],
    ["hour", "Within an hour", "share"],
  ],
  chart: { type: "bars", x: "who", y: "median", series: "kind", width: null },
};

const MOST_ANSWERERS = 30;

const withinOf = (sorted: Float64Array, limit: number): number => {
  const after = sorted.findIndex((one) => one > limit);
  return after < 0 ? 1 : after / sorted.length;
};

/** How fast people answer: everyone, each role, and the authors with the most answers. */
export const responseTimes = (view: View): Figure => {
  const { frame, rows, dated } = view;
  if (rows.length === 0) return blank(responses, "No messages are selected.");
  if (dated === 0) return blank(responses, "None of these messages has a time.");
  const seconds = secondsToAnswer(frame);
  const everyone = answersOf(seconds, rows);
  if (everyone.length === 0)
    return blank(responses, "No message here answers another within 12 hours.");
  const datum = (
    who: string,
    kind: string,
    { answers, opens }: { readonly answers: Float64Array; readonly opens: MessageSelection },
  ): Datum => ({
    cells: [
      who,
      kind,
      answers.length,
      quantileOf(answers, 0.5),
      quantileOf(answers, 0.25),
      quantileOf(answers, 0.9),
      withinOf(answers, 60),
      withinOf(answers, 3600),
    ],
    opens,
  });
  const byRole = groups(view, frame.messages.role)
    .map(([place, own]) => ({ role: roles[place] ?? "person", answers: answersOf(seconds, own) }))
    .filter(({ answers }) => answers.length >= LEAST_ANSWERS);
  const byPerson = groups(view, frame.messages.author)
    .map(([place, own]) => ({
      author: frame.authors[place] ?? "",
      own,
      count: own.reduce((sum, row) => sum + (Number.isNaN(seconds[row]) ? 0 : 1), 0),
    }))
    .filter((one) => one.count >= LEAST_ANSWERS)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_ANSWERERS)
    .map(({ author, own }) => ({ author, answers: answersOf(seconds, own) }));
  const data = [
    datum("Everyone", "all", { answers: everyone, opens: {} }),
    ...(byRole.length > 1
      ? byRole.map(({ role, answers }) =>
          datum(roleLabel(role), "role", { answers, opens: { roles: [role] } }),
        )
      : []),
    ...byPerson.map(({ author, answers }) =>
      datum(author, "person", { answers, opens: { authors: [author] } }),
    ),
  ];
  // Some logs record whole minutes only, so that anything faster is 0.
  const isByMinute = everyone.every((one) => one % 60 === 0);
  const within = (value: number) =>
    isByMinute && value === 0 ? "the same minute" : duration(value);
  const whole = `Half of ${countOf(everyone.length, "answer")} came within ${within(quantileOf(everyone, 0.5))}, nine tenths within ${within(quantileOf(everyone, 0.9))}.`;
  const roleParts = byRole.map(
    ({ role, answers }) => `${within(quantileOf(answers, 0.5))} by ${role}`,
  );
  const says = byRole.length > 1 ? `${whole} The median is ${list(roleParts)}.` : whole;
  return drawn(responses, data, says);
};
