// The words that Parlance uses for people, in the app, the command line and the API's texts: each means one thing.
import type { SearchMode } from "./search.ts";

/** A word and its meaning. */
export interface GlossaryEntry {
  readonly word: string;
  readonly means: string;
  /** Other names of the same thing: of values of the API and of options, and inside the index. */
  readonly also?: readonly string[];
}

export interface GlossaryGroup {
  readonly title: string;
  readonly entries: readonly GlossaryEntry[];
}

/** What people call the ways to search; the API's values are the keys. */
export const modeWords = {
  semantic: "Meaning",
  lexical: "Words",
  hybrid: "Both",
} as const satisfies Record<SearchMode, string>;

/** The glossary, in the order in which it is shown. */
export const glossary: readonly GlossaryGroup[] = [
  {
    title: "What is kept",
    entries: [
      {
        word: "Collection",
        means: "Conversations that are kept, searched and analysed together, under one name.",
      },
      { word: "Upload", means: "One imported file, kept as it came." },
      {
        word: "Conversation",
        means: "Messages that belong together: a chat with an assistant, a channel, a thread.",
      },
      {
        word: "Message",
        means:
          "What one author wrote at one time. Counted are the messages on a conversation's main path, without thinking, tool messages, system prompts, joins and leaves.",
      },
      {
        word: "Entry",
        means:
          "Anything that an upload holds in a conversation: a message, or what is kept and can be read but is not counted as one, such as another branch, thinking or a join.",
        also: ["others in the API: the entries that are not counted"],
      },
      {
        word: "Exchange",
        means: "A question with what its author added and what others answered.",
      },
      {
        word: "Passage",
        means:
          "What is indexed as one text: a message, consecutive short ones by one author, one part of a long message, or an exchange. So counts of passages and of messages differ.",
        also: ["chunk in the API", "row in the index"],
      },
    ],
  },
  {
    title: "Searching",
    entries: [
      {
        word: modeWords.semantic,
        means: "Compares what the question and the messages mean. Knows no negation.",
        also: ["semantic"],
      },
      {
        word: modeWords.lexical,
        means: "Finds the words of the question, and words of the same stem.",
        also: ["lexical"],
      },
      {
        word: modeWords.hybrid,
        means:
          "Searches by meaning and by words, and adds the scores. The default, unless the model does not know the collection's language: then it is Words.",
        also: ["hybrid"],
      },
      { word: "Hit", means: "A message or an exchange that was found." },
      {
        word: "Quote",
        means: "One to three sentences of a message, shown as an answer to a question.",
        also: ["passages in the API's answers"],
      },
      {
        word: "Concept",
        means: "A saved search that learns from examples and counterexamples; it can raise alerts.",
      },
    ],
  },
  {
    title: "What is in there",
    entries: [
      {
        word: "Analysis",
        means: "Finds topics, draws the map and computes the trends of a version.",
      },
      { word: "Topic", means: "Messages about the same subject, with a title." },
      {
        word: "Person",
        means:
          "Whoever writes under one or several names of a collection, which are joined by hand or as suggested.",
        also: ["authors in filters and selections of the API"],
      },
      {
        word: "Bot",
        means:
          "A program that writes messages among people: marked by its source, by hand, or guessed because it repeats itself.",
      },
      { word: "Map", means: "A drawing in which messages that mean similar things are near." },
      { word: "Label", means: "A mark that people or concepts put on messages." },
    ],
  },
  {
    title: "The index and the server",
    entries: [
      {
        word: "Index",
        means: "What is searched: the meaning and the words of all passages of a collection.",
      },
      {
        word: "Version",
        means: "The index at one time. Each import and each deletion makes one, with a number.",
        also: ["commit"],
      },
      {
        word: "Tag",
        means: "A name for a version, so that it is kept and can be found by that name.",
      },
      {
        word: "Segment",
        means: "A part of an index that is written once and later merged with others.",
      },
      {
        word: "Job",
        means:
          "A step of the server's work, such as reading an upload. A job that fails too often is given up; it can be tried again.",
      },
    ],
  },
];
