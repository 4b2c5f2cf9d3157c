// Cleans what a message says by the rules of its collection: masks what is to be masked, takes out what is refused, tells what was found.
import {
  type Cleanable,
  type Cleaned,
  type Cleaner,
  type CleaningRules,
  changesTexts,
  type Finding,
  type FoundKind,
  wantedKinds,
  wordsOf,
} from "#services/domain/cleaning.ts";
import { type FoundSpan, findPrivate, hiddenValue } from "./find-private.ts";
import { pseudonym } from "./pseudonym.ts";
import { replaceSpans } from "./spans.ts";

const marks: Readonly<Record<FoundKind, string>> = {
  email: "e-mail",
  phone: "phone",
  card: "card",
  iban: "IBAN",
  key: "private key",
  token: "secret",
};

/** Values shown of one kind in one message. */
const MOST_SHOWN = 5;

const findingsOf = (
  text: string,
  spans: readonly FoundSpan[],
  { found }: CleaningRules,
): Finding[] => {
  const byKind = new Map<FoundKind, string[]>();
  for (const { kind, start, end } of spans) {
    const values = byKind.get(kind) ?? [];
    values.push(hiddenValue(kind, text.slice(start, end)));
    byKind.set(kind, values);
  }
  return [...byKind].flatMap(([kind, values]) => {
    const action = found[kind];
    return action === "keep"
      ? []
      : [{ kind, action, places: values.length, shown: [...new Set(values)].slice(0, MOST_SHOWN) }];
  });
};

const isMasked = ({ kind }: FoundSpan, { found }: CleaningRules): boolean =>
  found[kind] === "mask" || found[kind] === "refuse";

/** Masks what is masked or refused. */
const masked = (text: string, spans: readonly FoundSpan[], rules: CleaningRules): string =>
  replaceSpans(
    text,
    spans.filter((span) => isMasked(span, rules)),
    ({ kind }) => `«${marks[kind]}»`,
  );

const cleanName = (name: string, rules: CleaningRules): string => {
  const spans = findPrivate(name, wantedKinds(rules)).filter((span) => isMasked(span, rules));
  const { nameKey = "" } = rules;
  return replaceSpans(
    name,
    spans,
    ({ kind, start, end }) =>
      `«${marks[kind]} ${pseudonym(kind, name.slice(start, end), nameKey)}»`,
  );
};

const isHeld = (spans: readonly FoundSpan[], { found }: CleaningRules): boolean =>
  spans.some(({ kind }) => found[kind] === "refuse");

const cleanTitle = (title: string, rules: CleaningRules): string => {
  const spans = findPrivate(title, wantedKinds(rules));
  return masked(title, spans, rules);
};

/** Names of files: what is masked or refused in them is masked. */
const cleanAttachments = (attachments: string | null, rules: CleaningRules): string | null => {
  if (attachments === null || !changesTexts(rules)) return attachments;
  const files = JSON.parse(attachments) as { readonly name: string }[];
  return JSON.stringify(files.map((file) => ({ ...file, name: cleanTitle(file.name, rules) })));
};

/**
 * Always made from the text as it came, so that cleaning twice is cleaning once, and rules can be taken back. What was refused is gone:
 * it stays empty.
 */
const cleanMessage = (message: Cleanable, rules: CleaningRules): Cleaned => {
  const words = wordsOf(message);
  const wanted = wantedKinds(rules);
  const spans = findPrivate(words, wanted);
  const findings = findingsOf(words, spans, rules);
  if (isHeld(spans, rules))
    return { text: "", unmasked: null, attachments: null, isRefused: true, findings };
  const text = masked(words, spans, rules);
  return {
    text,
    unmasked: text === words ? null : words,
    attachments: cleanAttachments(message.attachments, rules),
    isRefused: false,
    findings,
  };
};

export const cleaner: Cleaner = {
  message: cleanMessage,
  name: cleanName,
  title: cleanTitle,
  isRefused: (text, rules) => isHeld(findPrivate(text, wantedKinds(rules)), rules),
};
