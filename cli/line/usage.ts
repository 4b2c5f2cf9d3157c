// The help of a command, in lines that fit the terminal.
import { stripVTControlCharacters } from "node:util";
import { type CommandDef, renderUsage } from "citty";

const DEFAULT_WIDTH = 80;
/** Longer lines are hard to read. */
const MOST_WIDTH = 110;

const lengthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Words in lines of at most `width`, those after the first indented. A word that is too long stays whole. */
const wrapped = (text: string, width: number, indent: number): string => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    const room = width - (lines.length === 0 ? 0 : indent);
    if (line === "" || lengthOf(longer) <= room) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
};

/** An option or a command, two blanks, and what it does: the description is wrapped in its column. */
const wrapLine = (text: string, width: number): string => {
  const line = text.trimEnd();
  if (lengthOf(line) <= width) return line;
  const [, first, description] = /^(\s+\S+(?:\s\S+)*?\s{2,})(\S.*)$/u.exec(line) ?? [];
  if (first === undefined || description === undefined) return wrapped(line, width, 2);
  const indent = lengthOf(first);
  return (
    first + wrapped(description, width - indent, 0).replaceAll("\n", `\n${" ".repeat(indent)}`)
  );
};

const exampleLines = (lines: readonly string[]): string =>
  ["EXAMPLES", "", ...lines.map((one) => `  parlance ${one}`)].join("\n");

/**
 * With colours on a terminal only; the library always adds them.
 * @param examples what is typed after `parlance`
 */
export const usageOf = async (
  command: CommandDef,
  {
    parent,
    examples = [],
  }: { readonly parent?: CommandDef; readonly examples?: readonly string[] } = {},
): Promise<string> => {
  const width = Math.min(process.stdout.columns ?? DEFAULT_WIDTH, MOST_WIDTH);
  const usage = (await renderUsage(command, parent))
    // The names of all commands in one word, which are listed below it.
    .replace(/\S+\|\S+\|\S+\|\S*/u, "COMMAND")
    .replace("parlance <command> --help", "parlance COMMAND --help")
    .split("\n")
    .map((line) => wrapLine(line, width))
    .join("\n");
  const whole = examples.length === 0 ? usage : `${usage.trimEnd()}\n\n${exampleLines(examples)}\n`;
  return process.stdout.isTTY ? whole : stripVTControlCharacters(whole);
};
