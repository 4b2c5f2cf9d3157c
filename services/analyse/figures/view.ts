// The input of a figure: the selected messages of a frame, with the zone, the step and the topics to show.
import {
  type Frame,
  type FrameTopic,
  type LocalTime,
  leafCount,
  localTimeOf,
  type MessageMask,
  rowsOf,
  type StepName,
} from "#services/analyse/frame/frame.ts";
import { isNoSubject } from "#services/analyse/names/names.ts";
import { type EnglishForm, usualForm } from "#services/domain/english.ts";
import { MOST_DATA } from "./figure.ts";
import { type Axis, axisOf } from "./steps.ts";

export interface ViewWanted {
  readonly mask: MessageMask;
  /** IANA zone of the collection. */
  readonly zone: string;
  /** In which dates in sentences are written; the United Kingdom's by default. */
  readonly form?: EnglishForm | undefined;
  readonly step?: StepName | undefined;
  /** Number of topics drawn as series of their own; 8 by default. */
  readonly top?: number | undefined;
  /** Level of the topics shown; the deepest by default. */
  readonly level?: number | undefined;
}

export interface View {
  readonly frame: Frame;
  readonly topics: readonly FrameTopic[];
  readonly mask: MessageMask;
  /** Rows of the mask, ascending. */
  readonly rows: Uint32Array;
  readonly time: LocalTime;
  /** Its IANA name. */
  readonly zone: string;
  readonly form: EnglishForm;
  readonly step: StepName | undefined;
  readonly top: number;
  readonly level: number;
  /** First and last known time of the selected messages; NaN where none has one. */
  readonly first: number;
  readonly last: number;
  /** Selected messages with a known time. */
  readonly dated: number;
}

/** @throws RangeError where Intl does not know the zone */
export const openView = (
  frame: Frame,
  topics: readonly FrameTopic[],
  { mask, zone, form = usualForm, step, top = 8, level }: ViewWanted,
): View => {
  const rows = rowsOf(mask);
  let [first, last, dated] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const row of rows) {
    const at = frame.messages.at[row] ?? Number.NaN;
    if (Number.isNaN(at)) continue;
    dated++;
    if (at < first) first = at;
    if (at > last) last = at;
  }
  const deepest = Math.max(0, ...topics.map((topic) => topic.level));
  return {
    frame,
    topics,
    mask,
    rows,
    time: localTimeOf(zone),
    zone,
    form,
    step,
    top,
    level: Math.min(level ?? deepest, deepest),
    first: dated > 0 ? first : Number.NaN,
    last: dated > 0 ? last : Number.NaN,
    dated,
  };
};

/** The time axis for so many series, with few enough data to be drawn. Only for a view with dated messages. */
export const axisFor = (view: View, series = 1): Axis =>
  axisOf(view.time, view, { step: view.step, most: Math.floor(MOST_DATA / series) });

/**
 * The topics that divide all leaves at a level: those of the level, and for leaves without one the lowest topic above the level, or
 * the leaf itself.
 */
export const topicsAtLevel = <T extends Pick<FrameTopic, "level" | "leaves">>(
  topics: readonly T[],
  level: number,
): readonly T[] => {
  const chosen = topics.filter((topic) => topic.level === level);
  const covered = new Set(chosen.flatMap(({ leaves }) => leaves));
  const nearest = (topic: T) => (topic.level < level ? level - topic.level : 2 * topic.level + 1);
  for (const topic of topics.toSorted((a, b) => nearest(a) - nearest(b))) {
    // A higher topic is taken only where all of it is left over.
    if (topic.level === level || topic.leaves.some((leaf) => covered.has(leaf))) continue;
    chosen.push(topic);
    for (const leaf of topic.leaves) covered.add(leaf);
  }
  return chosen;
};

/** Topics of the view's level that are not hidden, and for each leaf the place of the topic above it; −1 for none. */
export const shownTopics = ({
  topics,
  level,
}: View): { readonly shown: readonly FrameTopic[]; readonly placeOfLeaf: Int32Array } => {
  const shown = topicsAtLevel(topics, level).filter((topic) => !topic.hidden);
  const placeOfLeaf = new Int32Array(leafCount(topics)).fill(-1);
  for (const [place, { leaves }] of shown.entries())
    for (const leaf of leaves) placeOfLeaf[leaf] = place;
  return { shown, placeOfLeaf };
};

/**
 * The order in which topics are listed and named everywhere: those with a subject, larger ones first, then "Other subjects", small
 * talk and notices, which say nothing about the content.
 */
export const bySubjectAndSize = <T extends { readonly title: string; readonly messages: number }>(
  a: T,
  b: T,
): number => Number(isNoSubject(a.title)) - Number(isNoSubject(b.title)) || b.messages - a.messages;

/** Titles of topics, made distinct: a repeated title gets a number. */
export const titlesOf = (topics: readonly FrameTopic[]): string[] => {
  const seen = new Map<string, number>();
  return topics.map(({ title }) => {
    const times = (seen.get(title) ?? 0) + 1;
    seen.set(title, times);
    return times === 1 ? title : `${title} (${times})`;
  });
};

/** Why a figure over time is empty; undefined where it is not. */
export const whyNoTime = ({ rows, dated }: View): string | undefined => {
  if (rows.length === 0) return "No messages are selected.";
  return dated === 0 ? "None of these messages has a time." : undefined;
};
