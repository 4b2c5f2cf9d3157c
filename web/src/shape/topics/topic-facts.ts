// What is counted of a topic.
import type { Topic } from "#services/contract/analysis.ts";
import { percent } from "../figures/effects.ts";
import { counted } from "../words/numbers.ts";
import { spanOfTime } from "../words/times.ts";

/** "8 messages", "12 % of all", "3 conversations", "4 people", "Mar 2024 – May 2024". */
export const topicFacts = (topic: Topic): readonly string[] => [
  counted(topic.messages, "message"),
  `${percent(topic.share)} of all`,
  counted(topic.conversations, "conversation"),
  counted(topic.people, "person", "people"),
  ...(topic.firstAt !== null && topic.lastAt !== null
    ? [spanOfTime(topic.firstAt, topic.lastAt)]
    : []),
];
