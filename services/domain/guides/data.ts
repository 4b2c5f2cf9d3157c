// Guides to logs, text and data: formats of no single program.
import type { FormatGuide } from "./guide.ts";

const family = "Logs, text and data";

export const dataGuides: readonly FormatGuide[] = [
  {
    source: "irc",
    family,
    name: "IRC logs",
    accepts: "irssi, ZNC, WeeChat, HexChat or [HH:MM] <nick>; a file, or many in a zip or tar.gz",
    steps: [
      "irssi keeps logs in ~/irclogs, ZNC in moddata/log of each user.",
      "Keep the client's file names, or name daily files by their date.",
    ],
    kept: {
      conversations: "Each day of a channel.",
      authors: "Nicknames.",
      times:
        "To the minute or the second, without a zone; with one in logs of newer versions of WeeChat. The day comes from the log or from the file's name.",
      replies: "“name: …” answers what that person said last.",
      notices: "Joins, leaves, topics, changes of nicknames.",
    },
    missing: [
      "Lines that a bouncer played again: read once, and counted.",
      "The day, where neither the log nor its name says it: those messages have no date.",
    ],
    again: { by: "words", conversation: "its channel and its day" },
  },
  {
    source: "transcript",
    family,
    name: "Plain transcripts",
    accepts: "text with lines “Name: what was said”, or a name and a time above what was said",
    steps: [
      "Write a line for each message: the name, a colon, the words. Lines without a name go on with the message before.",
      "Otter.ai: export the conversation as TXT, with speaker names and timestamps.",
    ],
    kept: {
      conversations: "Each file is one, called as the file is.",
      authors: "Names. “User”, “Human”, “Assistant”, “AI” and “System” are what they say.",
      notices: "What “System” says.",
    },
    missing: [
      "The day: times are kept as written, from the beginning of the recording. For moments use a table (CSV, with columns for time, author and text).",
      "Files that look like settings, records or plays are refused: they have colons too.",
    ],
    again: { by: "words", conversation: "its first three lines" },
  },
  {
    source: "captions",
    family,
    name: "Captions",
    accepts: "WebVTT or SRT, with speakers or without",
    steps: [
      "Save captions of a meeting or a video as WebVTT (.vtt) or SubRip (.srt), with speakers where that is offered.",
    ],
    kept: {
      conversations: "Each file is one, called as the file is.",
      authors: "Speakers, where a cue names them; otherwise the one before, or “Speaker”.",
      times: "From the beginning of the recording, as written: the file has no date.",
      notices: "Remarks (NOTE).",
    },
    missing: ["Styles and places on the screen, and when a cue ends: in the original record."],
    again: { by: "words", conversation: "how the file begins" },
  },
  {
    source: "table",
    family,
    name: "Tables of messages",
    accepts:
      "CSV, TSV, XLSX, Parquet, or JSONL and JSON of flat records; columns are guessed from headings in 26 languages, or chosen by hand",
    steps: [
      "Save a table with a column for the text of each message, and one for its author; others for time, conversation, id and reply are used where they are there.",
      "Where headings are not understood, “Choose columns” on the page Uploads says which column holds what; so does parlance import --columns.",
    ],
    kept: {
      conversations:
        "By the column for them, with columns for title and channel. Two columns of text make a conversation of each row: a question and its answer.",
      authors: "The column of authors, and that of roles.",
      times:
        "As they are written, with a zone where they have one. Which figure is the day is found from all rows, or can be said.",
      replies: "By the columns of ids and of what is answered.",
      tools: "Rows whose role is a tool.",
      notices: "Rows whose role is the system.",
    },
    missing: [
      "Columns without a use: they stay in the original record of the row.",
      "Sheets of a workbook without messages: the import names each with the reason.",
      "Tables in which no text of messages is found are refused with their columns, until somebody says what they hold.",
    ],
    again: {
      by: "either",
      conversation: "the column for it, otherwise by the first rows of the table",
    },
  },
  {
    source: "openai",
    family,
    name: "Model logs and datasets",
    accepts:
      "JSONL, JSON or Parquet of messages, requests, responses or batches of OpenAI's and Anthropic's APIs, Langfuse, Helicone, WildChat, LMSYS, SGD, Taskmaster",
    steps: [
      "One JSON object per line with a list “messages”, the format of fine-tuning and chat APIs.",
      "Requests, responses and batches of OpenAI's and Anthropic's APIs are read too.",
      "Langfuse: Export on the page of traces, as JSON or JSONL. Helicone: npx @helicone/export --include-body.",
    ],
    kept: {
      conversations: "Each record, with its title where it has one. A trace of Langfuse is one.",
      authors: "“User”, “Assistant”, “System”, “Tool”, or the name that a message has.",
      times: "Of each message where it has one, otherwise of its request.",
      replies: "Each result to its call.",
      attachments: "Names or kinds of files.",
      thinking: "Reasoning.",
      tools: "Calls and their results.",
      models: "The model of each answer.",
      notices: "System prompts.",
    },
    missing: [
      "Steps of a trace that are no generations and no tools, ratings, costs: in the record of the conversation.",
      "Parts of no known kind are kept as they stand, and counted.",
    ],
    again: {
      by: "either",
      conversation: "its id where the record has one, otherwise by how it begins",
    },
  },
  {
    source: "sharegpt",
    family,
    name: "ShareGPT conversations",
    accepts: "JSON or JSONL",
    steps: ["Records with a list “conversations” of turns with “from” and “value”."],
    kept: {
      conversations: "Each record, with its title where it has one.",
      authors: "“User” and “Assistant”, or the program that is named.",
      tools: "Calls and what was observed.",
      models: "Where a turn names one.",
      notices: "System prompts.",
    },
    missing: ["Times: turns have none."],
    again: {
      by: "words",
      conversation: "its id where the record has one, otherwise by how it begins",
    },
  },
];
