// What is shared by a link, in words.
import type { ShareTarget } from "#services/contract/shares.ts";

type Kind = ShareTarget["kind"];

/** As a heading, or a label. */
export const shareLabels: Readonly<Record<Kind, string>> = {
  conversation: "Conversation",
  search: "Search",
  topic: "Topic",
  report: "Report",
  map: "Map",
};

/** What whoever has the link reads. */
export const shareTexts: Readonly<Record<Kind, string>> = {
  conversation:
    "Whoever has the link reads this conversation, without signing in, and nothing else. Later messages of it are shown too.",
  search:
    "Whoever has the link sees the hits of this search, without signing in, and cannot search for anything else. It is searched anew each time.",
  topic:
    "Whoever has the link sees the title, summary, keywords and figures of this topic, without signing in, and nothing else.",
  report:
    "Whoever has the link reads the report of this collection, without signing in. It names topics and people, and quotes messages.",
  map: "Whoever has the link sees the map of this collection with the names of its topics, without signing in. It shows no message. After a new analysis the link shows the new map.",
};
