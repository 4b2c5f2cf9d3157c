// Guides to exports of assistants.
import type { FormatGuide } from "./guide.ts";

const family = "Assistants";
const ids = { by: "ids" } as const;

export const assistantGuides: readonly FormatGuide[] = [
  {
    source: "chatgpt",
    family,
    name: "ChatGPT export",
    accepts: "the zip, or conversations.json or a part of it",
    steps: [
      "Open Settings, then Data controls, then Export data.",
      "Confirm. A link that is valid for one day comes by e-mail.",
    ],
    kept: {
      conversations: "All, with their titles.",
      authors: "“You” and “ChatGPT”; names where several people wrote in one conversation.",
      times: "The moment of each message that has one.",
      branches:
        "Questions that were changed and answers that were made again are branches. The main path is the one that was shown last.",
      attachments:
        "Pictures, recordings and files that the zip contains, with their names, types and sizes. Transcribed speech is text.",
      thinking: "Thoughts with their summaries.",
      tools: "Calls and their results, such as searches and code.",
      models: "The model of each answer.",
      notices: "System prompts and hidden messages.",
    },
    missing: [
      "Group chats (group_chats.json): files with some in them were not at hand. The import says so.",
      "Marks of citations are taken out of the words. The sources stand in the original record.",
      "Feedback, settings, and what Sora and shopping left in the export: no conversations.",
    ],
    again: ids,
  },
  {
    source: "claude",
    family,
    name: "Claude export",
    accepts: "the zip with its projects' documents, conversations.json, or one conversation",
    steps: [
      "Open Settings, then Privacy, then Export data.",
      "A download link comes by e-mail. Large accounts get several ZIP files: import all of them.",
    ],
    kept: {
      conversations:
        "All, with their titles. A project is a conversation of its documents; so is a chat of the design tool.",
      authors: "Your name from users.json, otherwise “You”; “Claude”.",
      times: "The moment of each message.",
      branches: "Kept where messages name the one before them. Older exports are one line.",
      edits: "When a message of yours was changed.",
      attachments:
        "Names, types and sizes, the text that Claude extracted from a file, and the text of a project's documents.",
      thinking: "Thoughts.",
      tools: "Calls and their results. Artifacts stand in the calls that wrote them.",
      models: "Where the file names one. Most exports do not.",
      notices: "A project's description and instructions.",
    },
    missing: [
      "Memories, and projects without documents: no conversations. The import says that they were left out.",
      "The file holds no pictures and no other files, only their names.",
    ],
    again: ids,
  },
  {
    source: "deepseek",
    family,
    name: "DeepSeek export",
    accepts: "the zip, or conversations.json",
    steps: ["Open Settings, then Data, then Export data."],
    kept: {
      conversations: "All, with their titles.",
      authors: "“You” and “DeepSeek”.",
      times: "The moment of each message.",
      branches: "Changed questions and answers made again. The main path is the one shown last.",
      attachments: "Names and sizes of files.",
      thinking: "Thoughts.",
      tools: "Searches and whatever else is neither question, thought nor answer, as it stands.",
      models: "The model of each answer.",
    },
    missing: ["What is in the files that were sent: the export has their names only."],
    again: ids,
  },
  {
    source: "grok",
    family,
    name: "Grok export",
    accepts: "the zip, or prod-grok-backend.json",
    steps: ["Open accounts.x.ai, then Download account data."],
    kept: {
      conversations: "All, with their titles or summaries.",
      authors: "“You” and “Grok”.",
      times: "The moment of each message.",
      branches: "Changed questions and answers made again. The main path is the one shown last.",
      attachments:
        "Names of files and pictures, or their ids where the file has no names. Files that the zip contains under their ids.",
      thinking: "The thinking trace of an answer.",
      models: "The model of each answer.",
      notices: "Answers that were broken off, as empty ones.",
    },
    missing: [
      "Projects, tasks and pictures that stand beside the conversations: no conversations.",
      "What an answer searched for stays in its original record.",
    ],
    again: ids,
  },
  {
    source: "openwebui",
    family,
    name: "Open WebUI chats",
    accepts: "the JSON of all chats, or of one",
    steps: [
      "Open Settings, then Data controls, then Export chats. Or export one chat from its menu, as JSON.",
    ],
    kept: {
      conversations: "All, with their titles.",
      authors: "“User” and “Assistant”.",
      times: "The moment of each message, to the second.",
      branches: "All. The main path is the one shown last.",
      attachments: "Names, types and sizes.",
      thinking: "Reasoning that stands in the text of an answer.",
      tools: "Calls, code and their results that stand in the text of an answer.",
      models: "The model of each answer.",
      notices: "System prompts, and why an answer failed.",
    },
    missing: ["Sources that an answer names stay in its original record."],
    again: ids,
  },
  {
    source: "librechat",
    family,
    name: "LibreChat conversations",
    accepts: "the JSON of one, or many in a zip",
    steps: [
      "Open the menu of a conversation, then Export.",
      "Choose JSON, and all branches where it asks.",
    ],
    kept: {
      conversations: "Each file is one, with its title.",
      authors: "“You”, and the name that the file gives an answer.",
      times: "The moment of each message.",
      branches: "All that the export has. The main path ends at the newest message.",
      attachments: "Names, types and sizes.",
      thinking: "Thoughts.",
      tools: "Calls and their results.",
      models: "The model of each answer.",
      notices: "Errors.",
    },
    missing: ["Which branch was shown last: the file does not say it."],
    again: ids,
  },
  {
    source: "gemini",
    family,
    name: "Gemini activity",
    accepts:
      "the zip of Google Takeout (My Activity, Gemini Apps), or its MyActivity.json or .html",
    basis: "descriptions",
    steps: [
      "Open takeout.google.com, deselect all, then choose My Activity (what is called Gemini there holds no talk).",
      "All activity data included: deselect all, then Gemini Apps. Under Multiple formats choose JSON; HTML is read too.",
    ],
    kept: {
      conversations:
        "Newer records name their conversation, and are put together. Each other prompt is a conversation of its own, with its answer; the import counts them.",
      authors: "“You” and “Gemini”.",
      times:
        "JSON: the moment of each prompt. HTML: as the page writes it, with its zone where that name stands for one zone only. An answer has the time of its prompt.",
      replies: "Each answer to its prompt.",
      attachments: "Names of files.",
      notices: "What is no prompt, such as “Used an app”.",
    },
    missing: [
      "Most records do not say which conversation they belong to.",
      "Titles, models and thinking: Google does not export them.",
      "Activity in other products of Google's is left out.",
    ],
    again: {
      by: "words",
      conversation: "the link in its records, or the time and the words of its prompt",
    },
  },
  {
    source: "perplexity",
    family,
    name: "Perplexity threads",
    accepts: "the JSON of a thread that tools save; Perplexity has no export of its own",
    basis: "descriptions",
    steps: [
      "Perplexity has no export. Tools such as perplexport save a thread as the JSON that its own page loads.",
    ],
    kept: {
      conversations: "Each thread, with its title and its space.",
      authors: "Your user name, otherwise “You”; “Perplexity”.",
      times: "The moment of each question. Its answer has the same.",
      replies: "Each answer to its question.",
      tools: "Steps, searches and the sources that were found.",
      models: "The model of each answer.",
    },
    missing: [
      "Marks of sources in an answer keep their number and lose an address that opens nothing.",
      "Several ways of showing the same answer stand once.",
    ],
    again: ids,
  },
];
