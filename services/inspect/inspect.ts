// Says what is in a file before anything of it is imported: formats, messages, people, times, languages, what cannot be read.
import { stat } from "node:fs/promises";
import type {
  InspectedFormat,
  InspectedProblem,
  Inspection,
} from "#services/contract/inspections.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import {
  hiddenKinds,
  type ParsedConversation,
  type ParsedMessage,
} from "#services/domain/conversation.ts";
import {
  type ParseEvent,
  type ParseInput,
  type ParseOptions,
  type ParseProblem,
  parse,
} from "#services/parse/parse.ts";
import { openLanguageShares } from "./language-shares.ts";
import { openMostFrequent } from "./most-frequent.ts";

const FIRST_AUTHORS = 10;
const FIRST_MODELS = 10;
const PLACES = 3;
const MOST_PROBLEMS = 200;
const MOST_TABLES = 20;

const openProblems = () => {
  const kept = new Map<string, { code: string; reason: string; count: number; places: string[] }>();
  return {
    add({ code, place, reason, count }: ParseProblem): void {
      const key = `${code}\u0000${reason}`;
      const known = kept.get(key);
      if (known === undefined && kept.size >= MOST_PROBLEMS) return;
      const one = known ?? { code, reason, count: 0, places: [] };
      kept.set(key, one);
      one.count += count;
      if (one.places.length < PLACES) one.places.push(place);
    },
    all: (): InspectedProblem[] => [...kept.values()].sort((a, b) => b.count - a.count),
  };
};

/** What is known of a file so far. */
export interface OpenInspection {
  add(event: ParseEvent): void;
  result(): Omit<Inspection, "filename" | "bytes">;
}

/** Keeps nothing of what it is told but counts, and the names that come up most often. */
export const openInspection = (): OpenInspection => {
  const formats = new Map<string, InspectedFormat>();
  const problems = openProblems();
  const tables: SeenTable[] = [];
  const authors = openMostFrequent();
  const models = openMostFrequent();
  const languages = openLanguageShares();
  const others = { notices: 0, thinking: 0, tool: 0, offMainPath: 0 };
  const sums = { conversations: 0, branched: 0, messages: 0, attachments: 0 };
  const times = { withoutTime: 0, assumedZone: 0 };
  let from: number | null = null;
  let to: number | null = null;
  /** Of the conversation that goes on with the next event. */
  let isOpen = false;
  let isBranched = false;

  const addTime = ({ at, zoneKnown }: ParsedMessage): void => {
    if (at === null) {
      times.withoutTime++;
      return;
    }
    if (!zoneKnown) times.assumedZone++;
    if (from === null || at < from) from = at;
    if (to === null || at > to) to = at;
  };

  const addMessage = (message: ParsedMessage): void => {
    const { kind, onMainPath, gone, author, model } = message;
    sums.attachments += message.attachments.length;
    if (!onMainPath || gone) {
      others.offMainPath++;
      isBranched ||= !onMainPath;
      return;
    }
    const hidden = hiddenKinds.find((one) => one === kind);
    if (hidden !== undefined) {
      others[hidden === "system" ? "notices" : hidden]++;
      return;
    }
    sums.messages++;
    addTime(message);
    languages.add(message.text, author);
    authors.add(author);
    if (model !== null) models.add(model);
  };

  const addConversation = ({ messages, continues }: ParsedConversation): void => {
    if (!isOpen) sums.conversations++;
    for (const message of messages) addMessage(message);
    isOpen = continues;
    if (continues) return;
    if (isBranched) sums.branched++;
    isBranched = false;
    languages.next();
  };

  const addFormat = (format: ParseEvent & { readonly kind: "format" }): void => {
    const { source, label: name, version, toldBy } = format;
    if (!formats.has(source)) formats.set(source, { source, name, version, toldBy });
  };

  return {
    add(event) {
      if (event.kind === "format") addFormat(event);
      if (event.kind === "columns" && tables.length < MOST_TABLES) tables.push(event.table);
      if (event.kind === "problem") problems.add(event.problem);
      if (event.kind === "conversation") addConversation(event.conversation);
    },
    result: () => ({
      ...sums,
      ...times,
      from,
      to,
      formats: [...formats.values()],
      others,
      authors: {
        count: authors.distinct(),
        first: authors.first(FIRST_AUTHORS).map(({ name, count }) => ({ name, messages: count })),
      },
      models: models.first(FIRST_MODELS).map(({ name }) => name),
      languages: languages.shares(),
      tables,
      problems: problems.all(),
    }),
  };
};

/**
 * Reads a whole file and keeps nothing of it but counts. Throws as `parse` does.
 * @param onProgress is told how many bytes of how many were read
 */
export const inspect = async (
  input: ParseInput,
  options: ParseOptions & { readonly onProgress?: (bytes: number, total: number) => void } = {},
): Promise<Inspection> => {
  const { onProgress, ...rest } = options;
  const { size } = await stat(input.path);
  const inspection = openInspection();
  for await (const event of parse(input, rest)) {
    if (event.kind === "progress") onProgress?.(event.bytes, event.total);
    inspection.add(event);
  }
  return { filename: input.filename, bytes: size, ...inspection.result() };
};
