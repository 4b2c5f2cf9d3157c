// All figures by name.

import { frustration, models, refusals } from "./assistant-figures.ts";
import { liveliest, longest, threadLengths } from "./conversations-figures.ts";
import type { Figure, FigureName } from "./figure.ts";
import { hours } from "./hours.ts";
import { languages } from "./languages.ts";
import { people, responseTimes } from "./people.ts";
import { sentiment, sentimentByTopic } from "./sentiment-figures.ts";
import { risingFading, topicsOverTime } from "./topic-figures.ts";
import type { View } from "./view.ts";
import { volume } from "./volume.ts";

const makers: Readonly<Record<FigureName, (view: View) => Figure>> = {
  volume,
  "topics-over-time": topicsOverTime,
  "rising-fading": risingFading,
  hours,
  people,
  "response-times": responseTimes,
  "thread-lengths": threadLengths,
  languages,
  sentiment,
  "sentiment-by-topic": sentimentByTopic,
  longest,
  liveliest,
  models,
  refusals,
  frustration,
};

/** The figures with these names, in this order. */
export const figuresOf = (view: View, names: readonly FigureName[]): Figure[] =>
  names.map((name) => {
    const figure = makers[name](view);
    const { zone, first, last, dated } = view;
    return dated === 0 ? figure : { ...figure, time: { zone, first, last } };
  });
