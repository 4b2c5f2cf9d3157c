// `parlance search`: searches from the terminal.
import { defineCommand } from "citty";
import {
  type Exchange,
  type ExchangeMessage,
  type Hit,
  type SearchAnswer,
  searchAnswer,
  unitName,
} from "#services/contract/search.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { ask } from "../client/client.ts";
import { count, json, line, paint, printable, when } from "../client/output.ts";
import { findCollection, noneYet } from "../collections.ts";
import { insteadLines } from "../instead.ts";
import { limitOf } from "../line/limit.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";
import { modePhrases, readMode } from "../search-mode.ts";

const highlighted = ({ snippet, highlights }: Pick<Hit, "snippet" | "highlights">): string => {
  let out = "";
  let at = 0;
  for (const { start, end } of highlights) {
    out +=
      printable(snippet.slice(at, start)) +
      paint(["bold", "yellow"], printable(snippet.slice(start, end)));
    at = end;
  }
  return out + printable(snippet.slice(at));
};

/** A line of an exchange: its further lines stand below the first. */
const printSaid = (said: ExchangeMessage, mark: string): void => {
  const [first = "", ...others] = highlighted(said).split("\n");
  line(`    ${mark} ${paint("cyan", printable(said.author))}  ${first}`);
  for (const text of others) line(`      ${text}`);
};

/** The question, then the answers, the best one marked. */
const printExchange = ({ question, answers, best, more }: Exchange): void => {
  for (const said of question) printSaid(said, paint("dim", "?"));
  for (const said of answers)
    printSaid(said, said.message === best ? paint(["bold", "green"], "✓") : " ");
  if (answers.length === 0) line(`      ${paint("dim", "nobody answered")}`);
  if (more > 0) line(`      ${paint("dim", `${count(more)} more`)}`);
};

const printHit = (hit: Hit, place: number): void => {
  const where = [hit.title ?? hit.channel ?? hit.conversation, hit.source]
    .map(printable)
    .join(" · ");
  line(
    `${paint("dim", `${place}.`.padStart(3))} ${paint("cyan", printable(hit.author))}  ${paint("dim", `${when(hit.at)}  ${where}${hit.gone ? " · not in the newest export" : ""}`)}`,
  );
  if (hit.exchange) printExchange(hit.exchange);
  else for (const text of highlighted(hit).split("\n")) line(`    ${text}`);
  line();
};

const quoted = (words: readonly string[]) => words.map((word) => `“${printable(word)}”`);

/** Filters that exclude everything, words that no message contains, and other spellings of a question without hits. */
const nothingLines = ({ understood, noMatch }: SearchAnswer): string[] => {
  return [
    ...(understood.unknown.length > 0
      ? [`No message contains ${quoted(understood.unknown).join(", ")}.`]
      : []),
    ...understood.expansions.map(
      ({ word, to, isKnown }) =>
        `${isKnown ? "Few messages contain" : "No message contains"} ${quoted([word]).join("")}. Searched also for ${quoted(to).join(", ")}.`,
    ),
    ...insteadLines(noMatch),
  ];
};

/** "about 1,200 good matches, by meaning and words, 4.2 ms": the count that the page shows too. */
const foundLine = (answer: SearchAnswer): string => {
  const { total, totalIsExact, nextCursor, hits, understood, mode, tookMs } = answer;
  const isListing = understood.words.length + understood.phrases.length === 0;
  const noun = isListing
    ? total === 1
      ? "hit"
      : "hits"
    : total === 1
      ? "good match"
      : "good matches";
  const isExact = totalIsExact || (nextCursor === null && hits.length === total);
  const among = !isListing && understood.units.length > 1 ? " among passages" : "";
  return `${isExact ? "" : "about "}${count(total)} ${noun}${among}, ${modePhrases[mode]}, ${tookMs.toFixed(1)} ms`;
};

export const search = defineCommand({
  meta: { name: "search", description: "Search messages by meaning, by words, or by both" },
  args: {
    query: {
      type: "positional",
      required: true,
      description:
        'What to search for; operators: from: role: kind: in: topic: before: after: lang: source: "phrase" -word prefix*',
    },
    collection: {
      type: "string",
      alias: "c",
      description: "Name of a collection (all by default)",
    },
    mode: {
      type: "string",
      description:
        "meaning (semantic), words (lexical) or both (hybrid, the default; words where the model does not know the language)",
    },
    kind: {
      type: "string",
      description: "exchange (questions with their answers) or message (both by default)",
    },
    limit: { type: "string", default: "10", description: "How many hits, 1-100" },
    version: {
      type: "string",
      description: "Search an older version: its number, tag or id (with --collection)",
    },
    json: { type: "boolean", description: "Print the whole answer as JSON" },
  },
  async run({ args }) {
    const mode = args.mode === undefined ? undefined : readMode(args.mode);
    const unit = args.kind === undefined ? undefined : unitName.safeParse(args.kind);
    if (unit !== undefined && !unit.success)
      throw misuse(
        `--kind ${args.kind} is not known.${didYouMean(args.kind ?? "", unitName.options)}`,
        "Use exchange or message.",
      );
    const limit = limitOf(args.limit, 100);
    // Everything that is not an option belongs to the question, so that it needs no quotes.
    const query = args._.length > 0 ? args._.join(" ") : args.query;
    if (query.trim() === "")
      throw misuse(
        "There is nothing to search for.",
        "Write words, or an operator such as from:anna or after:7d.",
      );
    const client = await openClient();
    try {
      const id =
        args.collection === undefined
          ? undefined
          : (await findCollection(client, args.collection)).id;
      const answer = await ask(client, searchAnswer, {
        path: id === undefined ? "/api/v1/search" : `/api/v1/collections/${id}/search`,
        body: {
          query,
          limit,
          ...(mode === undefined ? {} : { mode }),
          ...(unit === undefined ? {} : { units: [unit.data] }),
          ...(args.version === undefined
            ? {}
            : { version: /^\d+$/.test(args.version) ? Number(args.version) : args.version }),
        },
      });
      if (args.json) return json(answer);
      for (const [at, hit] of answer.hits.entries()) printHit(hit, at + 1);
      for (const notice of answer.notices) line(paint("yellow", printable(notice)));
      for (const text of nothingLines(answer)) line(text);
      if (answer.versions.length === 0 && answer.notices.length === 0) return line(noneYet);
      line(answer.hits.length === 0 ? "Nothing found." : paint("dim", foundLine(answer)));
    } finally {
      await client.close();
    }
  },
});
