// Cleaning in words: kinds of personal data, what is done with them, what is left out, and what that comes to.
import type { CleaningPreview, FoundCount } from "#services/contract/cleaning.ts";
import type { FoundAction, FoundKind, LeftOutReason } from "#services/domain/cleaning.ts";
import { count, counted } from "./numbers.ts";

export const foundLabels: Readonly<Record<FoundKind, string>> = {
  email: "E-mail addresses",
  phone: "Telephone numbers",
  card: "Card numbers",
  iban: "Bank accounts (IBAN)",
  key: "Private keys",
  token: "Passwords, tokens and API keys",
};

const foundNames: Readonly<Record<FoundKind, readonly [one: string, many: string]>> = {
  email: ["e-mail address", "e-mail addresses"],
  phone: ["telephone number", "telephone numbers"],
  card: ["card number", "card numbers"],
  iban: ["bank account", "bank accounts"],
  key: ["private key", "private keys"],
  token: ["password or token", "passwords and tokens"],
};

export const actionLabels: Readonly<Record<FoundAction, string>> = {
  keep: "Keep",
  mark: "Mark",
  mask: "Mask",
  refuse: "Refuse",
};

const doneWords = { mark: "marked", mask: "masked", refuse: "refused" } as const;

export const leftOutLabels: Readonly<Record<LeftOutReason, string>> = {
  attachment: "Attachments",
  thinking: "Thinking of models",
  tool: "Tool messages",
  bots: "Messages of bots",
  quotes: "Quoted text",
  code: "Code blocks",
};

/** "2 e-mail addresses, masked". */
export const placesText = ({
  kind,
  action,
  places,
}: Pick<FoundCount, "kind" | "action" | "places">): string => {
  const [one, many] = foundNames[kind];
  return `${counted(places, one, many)}, ${doneWords[action]}`;
};

/** "12 e-mail addresses in 9 messages masked". */
export const foundText = ({ kind, action, places, messages }: FoundCount): string => {
  const [one, many] = foundNames[kind];
  return `${counted(places, one, many)} in ${counted(messages, "message")} ${doneWords[action]}`;
};

const article = (kind: FoundKind): string => `a ${foundNames[kind][0]}`.replace(/^a e/u, "an e");

/** What a message was refused for, as the reason in a sentence. */
export const refusedText = (kinds: readonly FoundKind[]): string =>
  `Refused: it holds ${kinds.map(article).join(" and ")}. Nothing else of it is kept.`;

/** "3 names of authors hold an e-mail address: masked." */
const namesText = ({ kind, action, names }: CleaningPreview["names"][number]): string => {
  const what = `${counted(names, "name of an author holds", "names of authors hold")} ${article(kind)}`;
  return action === "mark" ? `${what}: names are not marked.` : `${what}: masked there.`;
};

/** What rules come to, a sentence a line. */
export const previewLines = ({
  messages,
  looked,
  leftOut,
  partly,
  found,
  names,
}: CleaningPreview): string[] => {
  const whole = leftOut.reduce((sum, one) => sum + one.messages, 0);
  const reasons = (of: CleaningPreview["leftOut"]) =>
    of.map((one) => `${leftOutLabels[one.reason].toLowerCase()} ${count(one.messages)}`).join(", ");
  return [
    looked < messages
      ? `Counted on a sample of ${count(looked)} of ${counted(messages, "message")}.`
      : `Counted on ${looked === 1 ? "1 message" : `all ${count(looked)} messages`}.`,
    whole === 0
      ? "No message is left out of the index."
      : `${counted(whole, "message is", "messages are")} left out of the index: ${reasons(leftOut)}.`,
    ...(partly.length === 0 ? [] : [`Parts of messages are left out: ${reasons(partly)}.`]),
    ...(found.length === 0
      ? names.length === 0
        ? ["Nothing else is changed."]
        : []
      : found.map((one) => `${foundText(one)}.`)),
    ...names.map(namesText),
  ];
};
