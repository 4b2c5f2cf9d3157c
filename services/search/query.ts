// Reads a typed question: words, "phrases", +required, -excluded, prefix* and operators; and prints it as text again.
import { type ChunkUnit, chunkUnits } from "#services/domain/chunk.ts";
import {
  type MessageKind,
  messageKinds,
  type Role,
  roles,
  type SourceKind,
  sourceKinds,
} from "#services/domain/conversation.ts";
import { printTime, readTime } from "#services/domain/typed-time.ts";

export interface Operators {
  /** Authors. */
  readonly from: readonly string[];
  readonly role: readonly Role[];
  /** "yes": bots only; "no": all but bots. */
  readonly bot: readonly ("yes" | "no")[];
  /** A channel or room, or words of a conversation's title. */
  readonly in: readonly string[];
  /** A topic's title, words of it, or its id. */
  readonly topic: readonly string[];
  readonly kind: readonly MessageKind[];
  /** `kind:message` and `kind:exchange`. */
  readonly unit: readonly ChunkUnit[];
  readonly source: readonly SourceKind[];
  /** ISO 639-1 in lower case; null for "too short to tell" (`lang:none`). */
  readonly lang: readonly (string | null)[];
  /** after ≤ time < before, milliseconds since 1970. */
  readonly after: number | undefined;
  readonly before: number | undefined;
}

export interface Question {
  /** Plain words in the order typed; any of them may match. */
  readonly words: readonly string[];
  /** +word: must occur. */
  readonly required: readonly string[];
  readonly phrases: readonly string[];
  /** From -word and -"a phrase". */
  readonly excluded: readonly string[];
  /** Without the star. */
  readonly prefixes: readonly string[];
  readonly operators: Operators;
  /** The text without operators and exclusions, in the order typed: its meaning is searched for. */
  readonly text: string;
  /** Sentences for people about what was not understood. */
  readonly notices: readonly string[];
}

interface Piece {
  readonly sign: "" | "+" | "-";
  readonly operator: string | undefined;
  readonly value: string;
  readonly quoted: boolean;
  /** A quotation mark without an end. */
  readonly open: boolean;
  readonly typed: string;
}

// [sign][name:]"quoted \" value", or a run without spaces. A quote without an end continues to the end of the text.
const piecePattern =
  /([+-])?(?:([A-Za-z]{2,12}):)?(?:["“”]((?:\\.|[^"“”\\])*)(?:["“”]|$)|([^\s"“”]\S*))|\S+/gu;

const piecesOf = (typed: string): Piece[] =>
  [...typed.matchAll(piecePattern)].map(([all, sign, operator, quoted, plain]) =>
    quoted === undefined && plain === undefined
      ? { sign: "", operator: undefined, value: all, quoted: false, open: false, typed: all }
      : {
          sign: sign === "+" || sign === "-" ? sign : "",
          operator: operator?.toLowerCase(),
          value: quoted === undefined ? (plain ?? "") : quoted.replaceAll(/\\(.)/gu, "$1").trim(),
          quoted: quoted !== undefined,
          open: quoted !== undefined && all.search(/["“”]/u) + 1 + quoted.length === all.length,
          typed: all,
        },
  );

const isWordCharacter = /[\p{L}\p{N}_]/u;

/**
 * The most of each kind that a question may contain. Each is more than people type and costs some milliseconds in a large
 * collection; a whole message pasted as a question keeps its meaning and its first words.
 */
const most = {
  words: 128,
  required: 32,
  phrases: 16,
  excluded: 32,
  prefixes: 8,
  from: 16,
  in: 16,
  topic: 16,
  lang: 16,
} as const;
const MOST_NOTICES = 20;
/** Characters of one word or phrase. */
const MOST_CHARACTERS = 400;

const named: Readonly<Record<keyof typeof most, string>> = {
  words: "words",
  required: "required words",
  phrases: "phrases",
  excluded: "excluded words",
  prefixes: "prefixes",
  from: "from: operators",
  in: "in: operators",
  topic: "topic: operators",
  lang: "lang: operators",
};

interface Draft {
  words: string[];
  required: string[];
  phrases: string[];
  excluded: string[];
  prefixes: string[];
  from: string[];
  bot: ("yes" | "no")[];
  role: Role[];
  in: string[];
  topic: string[];
  kind: MessageKind[];
  unit: ChunkUnit[];
  source: SourceKind[];
  lang: (string | null)[];
  after: number | undefined;
  before: number | undefined;
  text: string[];
  notices: string[];
}

/** Adds a value unless it is there already or there is no room; a notice tells what was left out. */
const add = <K extends keyof typeof most>(draft: Draft, to: K, value: Draft[K][number]): void => {
  const list: Draft[K][number][] = draft[to];
  const bounded = typeof value === "string" ? value.slice(0, MOST_CHARACTERS) : value;
  if (list.includes(bounded)) return;
  if (list.length < most[to]) {
    list.push(bounded);
    return;
  }
  const notice = `Only the first ${most[to]} ${named[to]} were searched for.`;
  if (!draft.notices.includes(notice)) draft.notices.push(notice);
};

const memberOf = <T extends string>(known: readonly T[], value: string): T | undefined =>
  known.find((one) => one === value.toLowerCase());

const addMember = <T extends string>(
  known: readonly T[],
  to: T[],
  context: OperatorContext,
  further: readonly string[] = [],
) => {
  const { draft, name, value } = context;
  const member = memberOf(known, value);
  if (member === undefined)
    draft.notices.push(
      `“${name}:${value}” is not known and was left out. ${name}: takes ${[...known, ...further].join(", ")}.`,
    );
  else if (!to.includes(member)) to.push(member);
};

interface OperatorContext {
  readonly draft: Draft;
  readonly name: string;
  readonly value: string;
  readonly now: number;
}

const readMoment = ({ draft, name, value, now }: OperatorContext): number | undefined => {
  const moment = readTime(value, now);
  if (moment === undefined)
    draft.notices.push(
      `“${name}:${value}” is not a time and was left out. Write 2008, 2008-01, 2008-01-03 or 7d (h, d, w, m, y back from now).`,
    );
  return moment;
};

const handlers: ReadonlyMap<string, (context: OperatorContext) => void> = new Map<
  string,
  (context: OperatorContext) => void
>([
  ["from", ({ draft, value }) => add(draft, "from", value)],
  ["in", ({ draft, value }) => add(draft, "in", value)],
  ["topic", ({ draft, value }) => add(draft, "topic", value)],
  ["bot", (context) => addMember(["yes", "no"], context.draft.bot, context)],
  ["role", (context) => addMember(roles, context.draft.role, context)],
  [
    "kind",
    (context) => {
      const unit = memberOf(chunkUnits, context.value);
      if (unit === undefined) addMember(messageKinds, context.draft.kind, context, chunkUnits);
      else if (!context.draft.unit.includes(unit)) context.draft.unit.push(unit);
    },
  ],
  ["source", (context) => addMember(sourceKinds, context.draft.source, context)],
  [
    "lang",
    ({ draft, value }) => {
      const language = value.toLowerCase();
      add(draft, "lang", language === "none" ? null : language);
    },
  ],
  [
    "after",
    (context) => {
      const moment = readMoment(context);
      if (moment !== undefined)
        context.draft.after = Math.max(moment, context.draft.after ?? -Infinity);
    },
  ],
  [
    "before",
    (context) => {
      const moment = readMoment(context);
      if (moment !== undefined)
        context.draft.before = Math.min(moment, context.draft.before ?? Infinity);
    },
  ],
]);

const addContent = (draft: Draft, { sign, value, quoted }: Piece) => {
  if (!isWordCharacter.test(value)) return;
  if (sign === "-") {
    add(draft, "excluded", value);
    return;
  }
  draft.text.push(value.replace(/\*$/u, ""));
  if (quoted) add(draft, "phrases", value);
  else if (value.endsWith("*") && isWordCharacter.test(value.at(-2) ?? ""))
    add(draft, "prefixes", value.slice(0, -1));
  else if (sign === "+") add(draft, "required", value);
  else add(draft, "words", value);
};

/** The name of an operator with nothing after its colon. */
const emptyOperator = (typed: string): string | undefined => {
  const name = /^[+-]?([A-Za-z]{2,12}):(?:["“”]+)?$/u.exec(typed)?.[1]?.toLowerCase();
  return name !== undefined && handlers.has(name) ? name : undefined;
};

const addPiece = (draft: Draft, piece: Piece, now: number) => {
  const { operator, value, sign, quoted, typed } = piece;
  const empty = emptyOperator(typed);
  if (empty !== undefined) {
    draft.notices.push(
      `“${empty}:” has no value and was left out. Write the value next to the colon, without a space.`,
    );
    return;
  }
  if (piece.open)
    draft.notices.push(
      value === ""
        ? "A quotation mark with nothing after it was left out."
        : `The quotation mark before “${value.slice(0, 40)}” has no end: everything after it was searched for as one phrase.`,
    );
  if (operator === undefined) {
    // Only a single sign before a word is an operator; "--force", "-5" and "-h" are text: they come from command lines.
    const isFlag = sign === "-" && [...value].length === 1;
    const ours = sign === "" || quoted || !(isFlag || /^[+-]/u.test(value));
    addContent(draft, ours ? piece : { ...piece, sign: "", value: typed });
    return;
  }
  const handler = handlers.get(operator);
  // http://…, std::vector and 10:30 are words that contain a colon.
  const isPlain = !quoted && /^[:/\\]/u.test(value);
  if (handler === undefined || isPlain || value === "") {
    if (!isPlain && value !== "")
      draft.notices.push(`“${operator}:” is not an operator; it was searched for as words.`);
    if (quoted) {
      addContent(draft, { ...piece, value: operator, quoted: false });
      addContent(draft, piece);
    } else addContent(draft, { ...piece, value: typed.replace(/^[+-]/u, "") });
    return;
  }
  if (sign === "-")
    draft.notices.push(`“${typed}” was left out: operators cannot be excluded, only words can.`);
  else handler({ draft, name: operator, value, now });
};

/** Reads a question. Never fails: an unknown operator is read as words, with a notice. `now` in milliseconds, for relative times. */
export const parseQuestion = (typed: string, now: number): Question => {
  const draft: Draft = {
    words: [],
    required: [],
    phrases: [],
    excluded: [],
    prefixes: [],
    from: [],
    bot: [],
    role: [],
    in: [],
    topic: [],
    kind: [],
    unit: [],
    source: [],
    lang: [],
    after: undefined,
    before: undefined,
    text: [],
    notices: [],
  };
  for (const piece of piecesOf(typed)) addPiece(draft, piece, now);
  draft.notices = [...new Set(draft.notices)].slice(0, MOST_NOTICES);
  const { words, required, phrases, excluded, prefixes, text, notices } = draft;
  const operators: Operators = {
    from: draft.from,
    bot: draft.bot,
    role: draft.role,
    in: draft.in,
    topic: draft.topic,
    kind: draft.kind,
    unit: draft.unit,
    source: draft.source,
    lang: draft.lang,
    after: draft.after,
    before: draft.before,
  };
  return { words, required, phrases, excluded, prefixes, operators, text: text.join(" "), notices };
};

const quoted = (value: string): string => `"${value.replaceAll(/["“”\\]/gu, "\\$&")}"`;
const operand = (value: string): string =>
  /^[\p{L}\p{N}_][^\s"“”\\]*$/u.test(value) ? value : quoted(value);

/** A question as text that `parseQuestion` reads as the same question (words before operators). */
export const printQuestion = (question: Question): string => {
  const { operators: by } = question;
  const pairs = (name: string, values: readonly string[]) =>
    values.map((value) => `${name}:${operand(value)}`);
  return [
    ...question.words,
    ...question.required.map((word) => `+${word}`),
    ...question.prefixes.map((word) => `${word}*`),
    ...question.phrases.map(quoted),
    ...question.excluded.map((value) => `-${operand(value)}`),
    ...pairs("from", by.from),
    ...pairs("bot", by.bot),
    ...pairs("role", by.role),
    ...pairs("in", by.in),
    ...pairs("topic", by.topic),
    ...pairs("kind", [...by.kind, ...by.unit]),
    ...pairs("source", by.source),
    ...by.lang.map((language) => `lang:${language === null ? "none" : operand(language)}`),
    ...(by.after === undefined ? [] : [`after:${printTime(by.after)}`]),
    ...(by.before === undefined ? [] : [`before:${printTime(by.before)}`]),
  ].join(" ");
};

/** True where the question has no words: rows that match the operators are listed, newest first. */
export const isListing = (question: Question): boolean =>
  question.words.length === 0 &&
  question.required.length === 0 &&
  question.phrases.length === 0 &&
  question.prefixes.length === 0;
