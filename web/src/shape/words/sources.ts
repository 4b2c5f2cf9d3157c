// Names of kinds and languages, and how to get an export from each source.
export interface SourceHelp {
  readonly source: string;
  readonly label: string;
  readonly steps: readonly string[];
  /** Which file to import. */
  readonly file: string;
  /** What such a file does not hold, and what of it is not read. */
  readonly limits?: string;
}

export const sourceHelp: readonly SourceHelp[] = [
  {
    source: "chatgpt",
    label: "ChatGPT",
    steps: [
      "Open Settings, then Data controls, then Export data.",
      "Confirm. A link that is valid for one day comes by e-mail.",
    ],
    file: "The ZIP file, or the conversations.json inside it.",
  },
  {
    source: "claude",
    label: "Claude",
    steps: [
      "Open Settings, then Privacy, then Export data.",
      "A download link comes by e-mail. Large accounts get several ZIP files.",
    ],
    file: "All ZIP files of one export, together.",
  },
  {
    source: "gemini",
    label: "Gemini",
    steps: [
      "Open takeout.google.com, deselect all, then choose My Activity (what is called Gemini there holds no talk).",
      "All activity data included: deselect all, then Gemini Apps. Under Multiple formats choose JSON; HTML is read too.",
    ],
    file: "The ZIP file, or MyActivity.json or MyActivity.html.",
    limits:
      "Most records do not say which conversation they belong to: each of these prompts is a conversation with its answer. No model names.",
  },
  {
    source: "slack",
    label: "Slack",
    steps: [
      "A workspace owner opens Settings and administration, then Workspace settings.",
      "Choose Import/Export data, then Export, then a date range.",
    ],
    file: "The ZIP file, which has one folder for each channel.",
  },
  {
    source: "whatsapp",
    label: "WhatsApp",
    steps: [
      "Open the chat, then its menu, More, Export chat (iPhone: the chat's name, Export chat).",
      "Choose with or without media. Keep the file's name: it is the name of the chat.",
    ],
    file: "The ZIP file, or the .txt inside it.",
  },
  {
    source: "telegram",
    label: "Telegram",
    steps: [
      "In Telegram Desktop open a chat's menu and choose Export chat history, or Settings, Advanced, Export Telegram data.",
      "Choose “Machine-readable JSON” as the format.",
    ],
    file: "The result.json, or a ZIP of the export's folder.",
  },
  {
    source: "discord",
    label: "Discord",
    steps: [
      "DiscordChatExporter saves whole channels: choose JSON as its format, with threads if you like.",
      "Discord's own data package: Settings, Data & Privacy, Request your data.",
    ],
    file: "One .json file, or a ZIP of many; the package as it comes.",
    limits: "Discord's own package has only what you wrote, and none of the answers.",
  },
  {
    source: "messenger",
    label: "Messenger, Instagram",
    steps: [
      "Open Accounts Center, Your information and permissions, Export your information.",
      "Choose messages, and JSON as the format.",
    ],
    file: "The ZIP file, or a message_1.json.",
  },
  {
    source: "signal",
    label: "Signal",
    steps: [
      "In Signal on the phone open Settings, then Chats, and export the chat history where your version offers it.",
      "Text that other tools write, with a date, a time and a name on each line, is read too.",
    ],
    file: "The main.jsonl, or a ZIP with it.",
  },
  {
    source: "skype",
    label: "Skype, Teams",
    steps: [
      "Skype, and Teams with a personal account: go to the export page of your account (secure.skype.com/data-export), and choose Conversations.",
      "Teams of a company has no export for its people.",
    ],
    file: "The TAR file, or the messages.json inside it.",
    limits: "Bytes of pictures and files. Reactions stay in the original records.",
  },
  {
    source: "google-chat",
    label: "Google Chat",
    steps: [
      "Open takeout.google.com, deselect all, then choose Google Chat.",
      "Choose ZIP as the file type.",
    ],
    file: "The ZIP file: names of rooms stand in other files of it.",
    limits: "A TGZ file is read without the names of rooms.",
  },
  {
    source: "matrix",
    label: "Matrix (Element)",
    steps: [
      "Open a room's information in Element on a computer, then Export chat.",
      "Choose JSON as the format, and From the beginning.",
    ],
    file: "The .json file, or the ZIP with attachments.",
    limits:
      "Messages that Element had no key for: they are counted. Names that people show, where they did not join in that time.",
  },
  {
    source: "line",
    label: "LINE, KakaoTalk",
    steps: [
      "LINE: the chat's menu, Settings, Export chat history.",
      "KakaoTalk: the chat's menu, Settings, Export chat (as text).",
    ],
    file: "The .txt file.",
    limits:
      "Pictures, stickers and files: their place is kept. Ids and zones: set the collection's zone first.",
  },
  {
    source: "mail",
    label: "Mail",
    steps: [
      "Google: takeout.google.com, Mail. Thunderbird: the file of a folder, in its profile.",
      "A mailing list's archive: the monthly files in mbox format.",
    ],
    file: "An .mbox file, or .eml files in a ZIP.",
  },
  {
    source: "rocketchat",
    label: "Rocket.Chat, Zulip, Mattermost",
    steps: [
      "Rocket.Chat: a room's menu, Export messages, as JSON; or mongoexport of rocketchat_message.",
      "Zulip: Settings, Organization, Data exports. Mattermost: mmctl export create.",
    ],
    file: "The JSON files as they come, or a ZIP of them. Zulip's TAR.GZ: unpack it and pack it as a ZIP, so that names can be looked up.",
    limits: "Rocket.Chat's export of one's own data hides other people's names (User_1).",
  },
  {
    source: "intercom",
    label: "Support desks",
    steps: [
      "Intercom: conversations as its API gives them (GET /conversations/{id}), a file or a line each.",
      "Zendesk: Account, Tools, Reports, Export, in JSON; or tickets with their comments from its API.",
    ],
    file: "JSON or JSONL, or a ZIP of many.",
    limits:
      "Intercom's API gives at most 500 parts of a conversation: what is missing is counted. Internal notes are messages like others.",
  },
  {
    source: "irc",
    label: "IRC",
    steps: [
      "irssi keeps logs in ~/irclogs, ZNC in moddata/log of each user.",
      "Keep the client's file names, or name daily files by their date.",
    ],
    file: "One log file, or a ZIP or tar.gz of a folder of daily logs.",
  },
  {
    source: "openwebui",
    label: "Other assistants",
    steps: [
      "Open WebUI: Settings, then Data controls, then Export chats. LibreChat: Export in the menu of a conversation, as JSON.",
      "Grok: accounts.x.ai, then Download account data. DeepSeek: Settings, then Data, then Export.",
      "Perplexity has no export; tools such as perplexport save its threads as JSON.",
    ],
    file: "The JSON file, or the ZIP as it comes.",
  },
  {
    source: "claude-code",
    label: "Coding agents",
    steps: [
      "Claude Code keeps its sessions in ~/.claude/projects, Codex in ~/.codex/sessions.",
      "Gemini CLI keeps them in ~/.gemini/tmp, in a folder “chats” of each project.",
      "Copilot in VS Code: Chat: Export Chat in the command palette. Cursor: the menu of a chat, Export Chat.",
    ],
    file: "One session file, or a ZIP or tar.gz of a folder of them.",
  },
  {
    source: "table",
    label: "Tables and captions",
    steps: [
      "A table in CSV, TSV, XLSX or Parquet, or records in JSON, with a column for the text of each message and one for its author.",
      "Headings in 26 languages are understood. Where they are not, “Choose columns” on the page Uploads says which column holds what.",
      "Captions of meetings and videos: WebVTT (.vtt) or SubRip (.srt).",
    ],
    file: "One file, or a ZIP of many.",
  },
  {
    source: "openai",
    label: "Model logs and datasets",
    steps: [
      "One JSON object per line with a list “messages”, the format of fine-tuning and chat APIs.",
      "Requests, responses and batches of OpenAI’s and Anthropic’s APIs are read too, and ShareGPT files with a list “conversations”.",
      "Langfuse: Export on the page of traces, as JSON or JSONL. Helicone: npx @helicone/export --include-body.",
    ],
    file: "A .jsonl or .json file.",
  },
];

const kindLabels: ReadonlyMap<string, string> = new Map([
  ["text", "Text"],
  ["thinking", "Thinking"],
  ["tool", "Tool calls"],
  ["system", "System notices"],
  ["attachment", "Attachments"],
]);
export const kindLabel = (kind: string): string => kindLabels.get(kind) ?? kind;

const languageNames = new Intl.DisplayNames(["en"], { type: "language" });

/** "de" → "German"; null → "Too short to tell". */
export const languageLabel = (code: string | null): string => {
  if (code === null || code === "") return "Too short to tell";
  try {
    return languageNames.of(code) ?? code;
  } catch {
    return code;
  }
};
