// `parlance help words` and `parlance help exit-codes`: what is said about all commands at once.
import { defineCommand } from "citty";
import { glossary } from "#services/contract/glossary.ts";
import { exitCodes, json, line, paint } from "../client/output.ts";
import { misuse } from "../line/misuse.ts";
import { wrapped } from "../wrapped.ts";

const WIDTH = 80;

const printWords = (): void => {
  for (const { title, entries } of glossary) {
    line(paint("bold", title));
    for (const { word, means, also } of entries) {
      line(`  ${paint("cyan", word)}${also === undefined ? "" : ` (also: ${also.join(", ")})`}`);
      for (const text of wrapped(means, WIDTH - 4)) line(`    ${text}`);
    }
    line();
  }
};

const printExitCodes = (): void => {
  for (const { code, means } of exitCodes) line(`${code}  ${means}`);
};

export const help = defineCommand({
  meta: {
    name: "help",
    description: "Explain the words that Parlance uses, and the exit codes",
  },
  args: {
    subject: { type: "positional", required: true, description: "words or exit-codes" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run({ args }) {
    if (args.subject === "words") return args.json ? json(glossary) : printWords();
    if (args.subject === "exit-codes") return args.json ? json(exitCodes) : printExitCodes();
    throw misuse(
      `There is no help about “${args.subject}”.`,
      "Use `parlance help words` or `parlance help exit-codes`; `parlance COMMAND --help` is about a command.",
    );
  },
});
