// Guides to exports of chat apps.
import type { FormatGuide } from "./guide.ts";

const family = "Chat apps";
const ids = { by: "ids" } as const;

export const chatAppGuides: readonly FormatGuide[] = [
  {
    source: "whatsapp",
    family,
    name: "WhatsApp chat",
    accepts: "the zip or the .txt that a phone exports, in any language",
    steps: [
      "Open the chat, then its menu, More, Export chat (iPhone: the chat's name, Export chat).",
      "Choose with or without media. Keep the file's name: it is the name of the chat.",
    ],
    kept: {
      conversations: "Each file is one chat, called as the file is.",
      authors: "Names as your phone shows them, or telephone numbers.",
      times:
        "To the minute, or to the second where the phone writes them; without a zone. Which figure is the day is found from all dates of the file, and the import says where they do not tell.",
      deletions: "As notices, where the phone's words for it are known.",
      attachments:
        "Files that the zip contains, with their names. Of one that was left out, its place.",
      notices: "Who joined or left, calls, changes of the group.",
    },
    missing: [
      "What a message answers, and reactions: the export does not hold them.",
      "That a message was edited: the file does not say when, nor what it was before. Its mark is taken off.",
      "Older messages: without media an export has the newest 40,000 at most.",
    ],
    again: { by: "words", conversation: "the name of the chat in the file's name" },
  },
  {
    source: "telegram",
    family,
    name: "Telegram export",
    accepts:
      "result.json of a chat or of an account, from Telegram Desktop, or a zip of its folder",
    steps: [
      "In Telegram Desktop open a chat's menu and choose Export chat history, or Settings, Advanced, Export Telegram data.",
      "Choose “Machine-readable JSON” as the format.",
    ],
    kept: {
      conversations: "Each chat, group or channel, with its name; of an account, all of them.",
      authors:
        "Names with their ids. Deleted accounts by their id. A bot in its own chat is marked as a bot.",
      times: "The moment of each message, to the second. Exports from before 2021 have no zone.",
      replies: "To messages of the same chat.",
      edits: "When a message was edited last.",
      attachments:
        "Files that stand in a zip with result.json. Names, types and sizes also of those that were not exported.",
      notices: "Calls, joins, titles, pins, with whom they are about.",
    },
    missing: [
      "Reactions stay in the original record.",
      "Deleted messages, and the earlier words of edited ones: the export does not hold them.",
      "Replies to a message of another chat: the words are kept, the link is not.",
    ],
    again: ids,
  },
  {
    source: "signal",
    family,
    name: "Signal chats",
    accepts: "main.jsonl of Signal's export, or text with [date, time] name: lines",
    steps: [
      "In Signal on the phone open Settings, then Chats, and export the chat history where your version offers it. Import main.jsonl, or a ZIP with it.",
      "Text that other tools write, with a date, a time and a name on each line, is read too.",
    ],
    kept: {
      conversations: "Each chat, with the name of the person or of the group.",
      authors:
        "The name in your contacts, otherwise the profile's; yours where the export names it.",
      times:
        "The moment a message was sent. In text of other tools: to the minute, without a zone.",
      replies: "To the message that was quoted.",
      edits: "The last words, and when they were written.",
      deletions: "As notices.",
      attachments: "Names, types and sizes.",
      notices: "Changes of a group or a profile, calls, by the names that the export has for them.",
    },
    missing: [
      "Reactions, and earlier words of an edited message, stay in the original record.",
      "In text of other tools: replies and edits.",
    ],
    again: {
      by: "either",
      conversation: "the id of the person or of the group, in text by the name of the file",
    },
  },
  {
    source: "messenger",
    family,
    name: "Messenger and Instagram downloads",
    accepts: "the zip in JSON, or a message_1.json",
    steps: [
      "Open Accounts Center, Your information and permissions, Export your information.",
      "Choose messages, and JSON as the format.",
    ],
    kept: {
      conversations:
        "Each thread, with its title or the names of its people. Its files are put together.",
      authors: "Names. Letters that the download writes wrongly are put right.",
      times: "The moment of each message.",
      deletions: "That a message was unsent, as a notice.",
      attachments:
        "Pictures, recordings, files and stickers that the zip contains, with their names.",
      notices: "Calls, and who came and left.",
    },
    missing: [
      "What a message answers, ids and edits: the download does not hold them.",
      "Reactions stay in the original record.",
      "Files of end-to-end encrypted chats, which are a download of their own, are read from descriptions of them.",
    ],
    again: { by: "words", conversation: "the name of its folder" },
  },
  {
    source: "discord",
    family,
    name: "Discord channels",
    accepts:
      "JSON of DiscordChatExporter, a file or many in a zip; Discord's own data package in JSON",
    steps: [
      "DiscordChatExporter saves whole channels: choose JSON as its format, with threads if you like.",
      "Discord's own data package: Settings, Data & Privacy, Request your data. Import it as it comes.",
    ],
    kept: {
      conversations:
        "Each channel, thread or direct conversation, with its server. A thread names its channel.",
      authors:
        "Nicknames, with user names as other names of the same person. Bots are marked as bots.",
      times: "The moment of each message.",
      replies: "To messages of the same channel.",
      edits: "When a message was edited last.",
      attachments:
        "Names and sizes of files, names of stickers. The files themselves where the exporter saved them, in a zip with the JSON.",
      notices: "Joins, pins, calls and the like.",
    },
    missing: [
      "Discord's own package has only what you wrote, and none of the answers.",
      "Reactions, and previews of links beside a message's own words, stay in the original record.",
      "Deleted messages, and earlier words of edited ones: the export does not hold them.",
    ],
    again: ids,
  },
  {
    source: "skype",
    family,
    name: "Skype and Teams export",
    accepts: "the tar with messages.json, or that file",
    basis: "descriptions",
    steps: [
      "Skype, and Teams with a personal account: go to the export page of your account (secure.skype.com/data-export), and choose Conversations.",
      "Teams of a company has no export for its people.",
    ],
    kept: {
      conversations: "Each conversation, with its name.",
      authors: "Names with their ids. Bots are marked as bots.",
      times: "The moment of each message.",
      replies: "To the message that was quoted, whose words stand before the answer.",
      edits: "When a message was edited last.",
      deletions: "As notices.",
      attachments: "Names and sizes.",
      notices: "Calls with their people, and who joined or left.",
    },
    missing: ["Reactions stay in the original record.", "Pictures and files: only their names."],
    again: ids,
  },
  {
    source: "google-chat",
    family,
    name: "Google Chat",
    accepts: "the zip of Google Takeout, or a room's messages.json",
    basis: "descriptions",
    steps: [
      "Open takeout.google.com, deselect all, then choose Google Chat.",
      "Choose ZIP as the file type: names of rooms stand in other files of it. A TGZ file is read without them.",
    ],
    kept: {
      conversations: "Each room, with its name or the names of its people.",
      authors: "Names with their e-mail addresses. Bots are marked as bots.",
      times: "To the second, in the zone that the file writes.",
      replies: "To the message that was quoted, otherwise to the first one of the topic.",
      edits: "When a message was edited last.",
      deletions: "As notices.",
      attachments: "Files that the zip contains, with their names.",
      notices: "Deleted messages only.",
    },
    missing: ["Reactions stay in the original record."],
    again: ids,
  },
  {
    source: "matrix",
    family,
    name: "Matrix rooms",
    accepts: "JSON of Element's “Export chat”, a file or a zip",
    steps: [
      "Open a room's information in Element on a computer, then Export chat.",
      "Choose JSON as the format, and From the beginning.",
    ],
    kept: {
      conversations: "Each room, with its name.",
      authors:
        "The name in the user's id (“anna” of @anna:example.org). Names that people show are other names of theirs, where the export has them joining.",
      times: "The moment of each message.",
      replies: "To the message that is answered, or the first one of the thread.",
      edits: "The last words where the server gives them, and when they were written.",
      deletions: "As notices.",
      attachments: "Names, types and sizes.",
      notices: "Joins, names, topics, reactions (without their sign).",
    },
    missing: [
      "Messages that Element had no key for: they are kept as notices, and counted.",
      "Signs of reactions stay in the original record.",
    ],
    again: ids,
  },
  {
    source: "line",
    family,
    name: "LINE chat",
    accepts: "the .txt that a phone exports",
    basis: "descriptions",
    steps: ["Open the chat's menu, then Settings, then Export chat history."],
    kept: {
      conversations: "Each file is one chat, with the name in its first line.",
      authors: "Names.",
      times: "To the minute, without a zone.",
      attachments: "The place of pictures, stickers and files, as the file writes it.",
      notices: "What stands without a name, such as who joined.",
    },
    missing: ["Replies, reactions, edits and ids: the file does not hold them."],
    again: { by: "words", conversation: "the name in its first line" },
  },
  {
    source: "kakaotalk",
    family,
    name: "KakaoTalk chat",
    accepts: "the .txt that a phone or a computer exports, in Korean or English",
    basis: "descriptions",
    steps: ["Open the chat's menu, then Settings, then Export chat, as text."],
    kept: {
      conversations: "Each file is one chat, with the name in its first line.",
      authors: "Names.",
      times: "To the minute, without a zone.",
      attachments: "The place of pictures, emoticons and recordings, as the file writes it.",
      notices: "Who came and left.",
    },
    missing: ["Replies, reactions, edits and ids: the file does not hold them."],
    again: { by: "words", conversation: "the name in its first line" },
  },
];
