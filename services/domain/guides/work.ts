// Guides to exports of programs that people work with: team chats, support desks, mail.
import type { FormatGuide } from "./guide.ts";

const family = "Work";
const ids = { by: "ids" } as const;

export const workGuides: readonly FormatGuide[] = [
  {
    source: "slack",
    family,
    name: "Slack export",
    accepts:
      "the zip; what Slackdump saves: slackdump.sqlite, alone or in a zip of its folder, or channels and archives in JSON",
    steps: [
      "A workspace owner opens Settings and administration, then Workspace settings.",
      "Choose Import/Export data, then Export, then a date range. Import the ZIP file as it comes: it has a folder for each channel.",
      "Without an owner: Slackdump saves the channels that you can read.",
    ],
    kept: {
      conversations: "Each channel, group and direct conversation, with its name or its people.",
      authors:
        "The name that is shown, with all others as names of the same person. Bots are marked as bots.",
      times: "The moment of each message.",
      replies: "Threads. An answer that was sent to the channel too stands once.",
      edits: "When a message was edited last.",
      attachments:
        "Names, types and sizes. The files themselves where a program saved them in the export, as slackdump does.",
      notices: "Joins, topics, names, pins and the like.",
    },
    missing: [
      "Reactions stay in the original record.",
      "Files: the export has links to them, which stop working.",
      "Private channels and direct conversations, where the workspace's plan does not export them.",
      "Messages that only Slackdump's search found: not read.",
    ],
    again: ids,
  },
  {
    source: "mattermost",
    family,
    name: "Mattermost bulk export",
    accepts: "the JSONL, or a zip with it",
    basis: "descriptions",
    steps: [
      "Whoever runs the server makes it: mmctl export create, then mmctl export download. Import the JSONL, or the zip.",
    ],
    kept: {
      conversations: "Each channel with its shown name; a direct conversation with its people.",
      authors: "The nickname or full name, with the user name as another one.",
      times: "The moment of each message.",
      replies: "Threads.",
      edits: "When a message was edited last.",
      attachments: "Names, and the files that the zip contains.",
      notices: "Joins and other messages of the system.",
    },
    missing: ["Reactions stay in the original record."],
    again: ids,
  },
  {
    source: "rocketchat",
    family,
    name: "Rocket.Chat messages",
    accepts: "JSON of its exports, of its database or its API; a file or many in a zip",
    steps: [
      "Open a room's menu, then Export messages, as JSON.",
      "Whoever runs the server: mongoexport of the collection rocketchat_message.",
    ],
    kept: {
      conversations:
        "Each room: by the file's name in exports of a room, by the room's id in messages of the database.",
      authors: "Names. Bots are marked as bots.",
      times: "The moment of each message.",
      replies: "Threads, in messages of the database and the API.",
      edits: "When a message was edited last, in messages of the database and the API.",
      attachments: "Names, types and sizes.",
      notices: "Joins, and other messages of the system, by the server's names for them.",
    },
    missing: [
      "Encrypted messages: the server had no key for them. They are counted.",
      "An export of one's own data hides other people's names (User_1). The import says so.",
      "Reactions stay in the original record.",
    ],
    again: { by: "either", conversation: "the id of its room, or the name of the file" },
  },
  {
    source: "zulip",
    family,
    name: "Zulip messages",
    accepts: "JSON lists of messages, as Zulip's API and archives give them; a server's export",
    steps: ["Open Settings, then Organization, then Data exports.", "Upload the TAR.GZ as it is."],
    kept: {
      conversations: "Each topic of a channel, and direct messages among the same people.",
      authors: "Full names with their ids. Bots are marked as bots.",
      times: "The moment of each message, to the second.",
      edits: "When a message was edited last.",
      notices: "What Zulip's own notification bot writes.",
    },
    missing: [
      "Reactions stay in the original record.",
      "Uploaded files: their links stand in the text.",
      "Messages of a server's export whose realm.json is not in the upload: they are not read, and the import says so.",
    ],
    again: ids,
  },
  {
    source: "intercom",
    family,
    name: "Intercom conversations",
    accepts: "JSON or JSONL of conversations, as its API gives them",
    basis: "descriptions",
    steps: [
      "Fetch conversations from Intercom's API (GET /conversations/{id}), a file or a line each.",
    ],
    kept: {
      conversations: "Each one, with its title or subject.",
      authors: "Names with their ids, otherwise e-mail addresses. Intercom's bot is an assistant.",
      times: "The moment of each part, to the second.",
      attachments: "Names, types and sizes.",
      notices: "Assignments, closings and the like.",
    },
    missing: [
      "The API gives at most 500 parts of a conversation: what is missing is counted.",
      "Internal notes are messages like others: the file's mark stays in the original record.",
    ],
    again: ids,
  },
  {
    source: "zendesk",
    family,
    name: "Zendesk tickets",
    accepts: "JSON or JSONL of tickets with their comments",
    basis: "descriptions",
    steps: [
      "Open Account, then Tools, then Reports, then Export, and choose JSON. Or fetch tickets with their comments from Zendesk's API.",
    ],
    kept: {
      conversations: "Each ticket, with its subject.",
      authors: "Names where the file has them, otherwise ids.",
      times: "The moment of each comment.",
      attachments: "Names, types and sizes.",
    },
    missing: [
      "Changes of a ticket's state and fields: its last ones stay in the record of the conversation.",
      "Internal notes are messages like others: the file's mark stays in the original record.",
      "Tickets without comments: nothing was said in them.",
    ],
    again: ids,
  },
  {
    source: "mail",
    family,
    name: "Mail",
    accepts: "mbox files, or .eml files in a zip",
    steps: [
      "Google: takeout.google.com, Mail. Thunderbird: the file of a folder, in its profile.",
      "A mailing list's archive: the monthly files in mbox format.",
    ],
    kept: {
      conversations: "Each thread, found by what mails answer, with the subject of its first mail.",
      authors: "The sender's name and address.",
      times: "The moment in the mail's date.",
      replies: "To the mail that is answered.",
      attachments: "Files, with their names, types and sizes.",
    },
    missing: [
      "Quoted lines: their number stands in their place, since they are mails of their own.",
      "Of the same words as text and as HTML, the text is read. HTML loses its layout.",
      "Recipients stay in the original record.",
      "A mail that is in the file twice is read once, and counted.",
    ],
    again: ids,
  },
];
