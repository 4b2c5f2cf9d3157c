// What is read, for error messages, help texts and the page of uploads, by family.
import type { FormatDescription } from "./events.ts";

export const formats: readonly FormatDescription[] = [
  {
    source: "chatgpt",
    family: "Assistants",
    name: "ChatGPT export",
    accepts: "the zip, or conversations.json or a part of it",
  },
  {
    source: "claude",
    family: "Assistants",
    name: "Claude export",
    accepts: "the zip with its projects' documents, conversations.json, or one conversation",
  },
  {
    source: "deepseek",
    family: "Assistants",
    name: "DeepSeek export",
    accepts: "the zip, or conversations.json",
  },
  {
    source: "grok",
    family: "Assistants",
    name: "Grok export",
    accepts: "the zip, or prod-grok-backend.json",
  },
  {
    source: "openwebui",
    family: "Assistants",
    name: "Open WebUI chats",
    accepts: "the JSON of all chats, or of one",
  },
  {
    source: "librechat",
    family: "Assistants",
    name: "LibreChat conversations",
    accepts: "the JSON of one, or many in a zip",
  },
  {
    source: "claude-code",
    family: "Coding agents",
    name: "Claude Code sessions",
    accepts: "one .jsonl, or many in a zip or tar.gz",
  },
  {
    source: "codex",
    family: "Coding agents",
    name: "Codex sessions",
    accepts: "one .jsonl, or many in a zip or tar.gz",
  },
  {
    source: "gemini-cli",
    family: "Coding agents",
    name: "Gemini CLI sessions",
    accepts: "one .json or .jsonl, or many in a zip or tar.gz",
  },
  {
    source: "whatsapp",
    family: "Chat apps",
    name: "WhatsApp chat",
    accepts: "the zip or the .txt that a phone exports, in any language",
  },
  {
    source: "telegram",
    family: "Chat apps",
    name: "Telegram export",
    accepts: "result.json of a chat or of an account, from Telegram Desktop",
  },
  {
    source: "signal",
    family: "Chat apps",
    name: "Signal chats",
    accepts: "main.jsonl of Signal's export, or text with [date, time] name: lines",
  },
  {
    source: "messenger",
    family: "Chat apps",
    name: "Messenger and Instagram downloads",
    accepts: "the zip in JSON, or a message_1.json",
  },
  {
    source: "discord",
    family: "Chat apps",
    name: "Discord channels",
    accepts: "JSON of DiscordChatExporter, a file or many in a zip",
  },
  { source: "slack", family: "Work", name: "Slack export", accepts: "the zip" },
  {
    source: "mattermost",
    family: "Work",
    name: "Mattermost bulk export",
    accepts: "the JSONL, or a zip with it",
  },
  {
    source: "zulip",
    family: "Work",
    name: "Zulip messages",
    accepts: "JSON lists of messages, as Zulip's API and archives give them",
  },
  { source: "mail", family: "Work", name: "Mail", accepts: "mbox files, or .eml files in a zip" },
  {
    source: "irc",
    family: "Logs, text and data",
    name: "IRC logs",
    accepts: "irssi, ZNC, WeeChat or [HH:MM] <nick>; a file, or many in a zip or tar.gz",
  },
  {
    source: "transcript",
    family: "Logs, text and data",
    name: "Plain transcripts",
    accepts: "text with lines “Name: what was said”",
  },
  {
    source: "captions",
    family: "Logs, text and data",
    name: "Captions",
    accepts: "WebVTT or SRT, with speakers or without",
  },
  {
    source: "table",
    family: "Logs, text and data",
    name: "Tables of messages",
    accepts:
      "CSV, TSV, XLSX, Parquet, or JSONL and JSON of flat records; columns are guessed from headings in 26 languages, or chosen by hand",
  },
  {
    source: "openai",
    family: "Logs, text and data",
    name: "Model logs and datasets",
    accepts:
      "JSONL, JSON or Parquet of messages, requests, responses or batches of OpenAI's and Anthropic's APIs, WildChat, LMSYS",
  },
  {
    source: "sharegpt",
    family: "Logs, text and data",
    name: "ShareGPT conversations",
    accepts: "JSON or JSONL",
  },
];
