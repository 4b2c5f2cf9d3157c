// Names of kinds and languages, as people read them.
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
