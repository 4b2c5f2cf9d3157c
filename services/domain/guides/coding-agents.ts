// Guides to sessions of coding agents, and chats of editors.
import type { FormatGuide } from "./guide.ts";

const family = "Coding agents";

export const codingAgentGuides: readonly FormatGuide[] = [
  {
    source: "claude-code",
    family,
    name: "Claude Code sessions",
    accepts: "one .jsonl, or many in a zip or tar.gz",
    steps: [
      "Claude Code keeps its sessions in ~/.claude/projects, a folder for each project. Import one .jsonl, or pack the folder.",
      "To keep a collection in step with them, run: parlance watch ~/.claude/projects",
    ],
    kept: {
      conversations:
        "Each session, with its title or summary and the folder in which it began. The file of a subagent is a conversation of its own.",
      authors: "“You”, “Claude”, and “Claude Code” for the program itself.",
      times: "The moment of each line.",
      replies: "Each result to its call.",
      branches: "Where you went back to an earlier place.",
      attachments:
        "Names of files that were sent or named. Long results that Claude Code keeps in the folder tool-results beside the session are kept with their messages where the folder is in the archive.",
      thinking: "Thoughts.",
      tools: "Calls and their results, and shell commands that you typed.",
      models: "The model of each answer.",
      notices:
        "What the program wrote in your place: commands, reminders, summaries of what came before, errors.",
    },
    missing: [
      "Lines about the program's state, such as titles, snapshots of files, queues and progress: no messages.",
      "An answer that was written several times while it grew is read once.",
      "The whole of a long result where its file is not in the archive, as with parlance watch: its beginning is kept.",
    ],
    again: { by: "ids" },
  },
  {
    source: "codex",
    family,
    name: "Codex sessions",
    accepts: "one .jsonl, or many in a zip or tar.gz",
    steps: [
      "Codex keeps its sessions in ~/.codex/sessions. Import one rollout-….jsonl, or pack the folder.",
      "To keep a collection in step with them, run: parlance watch ~/.codex/sessions",
    ],
    kept: {
      conversations:
        "Each session, with its name where it has one, and the folder in which it ran.",
      authors: "“You” and “Codex”.",
      times: "The moment of each line.",
      replies: "Each result to its call.",
      branches: "Turns that were taken back.",
      attachments: "Names of pictures and files.",
      thinking: "Summaries of thoughts, and thoughts that are in plain text.",
      tools: "Calls and their results.",
      models: "The model that was asked at that time.",
      notices: "What the program wrote in your place, warnings, errors, and where a summary began.",
    },
    missing: [
      "Encrypted thoughts: nobody but the vendor can read them. They are kept as empty ones.",
      "Lines about the program's state, and events that repeat the words of another line.",
    ],
    again: { by: "words", conversation: "the id of its session" },
  },
  {
    source: "gemini-cli",
    family,
    name: "Gemini CLI sessions",
    accepts: "one .json or .jsonl, or many in a zip or tar.gz",
    steps: [
      "Gemini CLI keeps its sessions in ~/.gemini/tmp, in a folder “chats” of each project. Import one session-… file, or pack the folder.",
    ],
    kept: {
      conversations: "Each session, with its summary and the folder in which it ran.",
      authors: "“You”, “Gemini”, and “Gemini CLI” for the program itself.",
      times: "The moment of each message.",
      branches: "Where you went back to an earlier place.",
      attachments: "Names and types of files.",
      thinking: "Thoughts with their subjects.",
      tools: "Calls and their results.",
      models: "The model of each answer.",
      notices: "What the program told you, warnings and errors.",
    },
    missing: ["Saved checkpoints and logs.json: not read."],
    again: { by: "ids" },
  },
  {
    source: "copilot",
    family,
    name: "Copilot chats in VS Code",
    accepts: "the JSON of “Chat: Export Chat”, or chatSessions/….json",
    steps: [
      "In VS Code open the command palette, and run “Chat: Export Chat”.",
      "The sessions that VS Code keeps are in folders chatSessions of its storage for each workspace.",
    ],
    kept: {
      conversations: "Each chat, with its title where you gave it one.",
      authors: "Your user name, otherwise “You”; the name that Copilot has in the file.",
      times: "The moment of each question. Its answer has the same.",
      replies: "Each answer to its question.",
      thinking: "Thoughts.",
      tools: "Calls with what was said of them, and edits of files with their text.",
      models: "The model of each answer.",
      notices: "Why an answer failed.",
    },
    missing: [
      "Newer sessions that VS Code keeps as a line for each change (.jsonl): not read. Export the chat instead.",
      "Files that a question names stay in its original record.",
      "What only shows how far the program was: progress, marks for undoing.",
    ],
    again: { by: "ids" },
  },
  {
    source: "cursor",
    family,
    name: "Cursor chats",
    accepts: "the Markdown of “Export Chat”, one or many in a zip",
    steps: ["Open the menu of a chat, then Export Chat."],
    kept: {
      conversations: "Each chat, with its title.",
      authors: "“You” and “Cursor”.",
    },
    missing: [
      "Times and models: the file has none.",
      "Thinking and tool calls are not marked in the file: what it has of them is text of the answer.",
    ],
    again: { by: "words", conversation: "its title and its first question" },
  },
];
