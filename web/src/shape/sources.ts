// The formats by name, and where a person gets such an export.
export interface SourceHelp {
  readonly source: string;
  readonly label: string;
  readonly steps: readonly string[];
  /** What to drop here in the end. */
  readonly file: string;
}

const labels: ReadonlyMap<string, string> = new Map<string, string>([
  ["chatgpt", "ChatGPT"],
  ["claude", "Claude"],
  ["slack", "Slack"],
  ["openai", "OpenAI JSONL"],
  ["sharegpt", "ShareGPT"],
  ["irc", "IRC"],
]);

export const sourceLabel = (source: string | null): string =>
  source === null ? "Unknown" : (labels.get(source) ?? source);

export const sourceHelp: readonly SourceHelp[] = [
  {
    source: "chatgpt",
    label: "ChatGPT",
    steps: [
      "Open Settings, then Data controls, then Export data.",
      "Confirm; a link comes by e-mail and is valid for a day.",
    ],
    file: "The ZIP as it comes, or the conversations.json inside it.",
  },
  {
    source: "claude",
    label: "Claude",
    steps: [
      "Open Settings, then Privacy, then Export data.",
      "A download link comes by e-mail; large accounts get several ZIPs.",
    ],
    file: "Every ZIP you were sent, together.",
  },
  {
    source: "slack",
    label: "Slack",
    steps: [
      "A workspace owner opens Settings and administration, then Workspace settings.",
      "Choose Import/Export data, then Export, and a range of dates.",
    ],
    file: "The export ZIP with one folder for each channel.",
  },
  {
    source: "irc",
    label: "IRC",
    steps: [
      "irssi keeps logs in ~/irclogs, ZNC in its users' moddata/log folder.",
      "Name daily files by their date, or keep the client's own names.",
    ],
    file: "One log, or a ZIP or tar.gz of a whole folder of days.",
  },
  {
    source: "openai",
    label: "Model logs and datasets",
    steps: [
      "One JSON object a line with a messages list, as fine-tuning and chat APIs write it.",
      "ShareGPT files with a conversations list are read too.",
    ],
    file: "A .jsonl or .json file.",
  },
];

const roleLabels: ReadonlyMap<string, string> = new Map<string, string>([
  ["user", "You"],
  ["assistant", "Assistant"],
  ["system", "System"],
  ["tool", "Tool"],
  ["person", "Person"],
]);
export const roleLabel = (role: string): string => roleLabels.get(role) ?? role;

const kindLabels: ReadonlyMap<string, string> = new Map<string, string>([
  ["text", "Messages"],
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
