// A heading of a table → what its column holds; and headings of tables that hold no messages.
import { type HeadingMeaning, headingsByLanguage } from "./heading-languages.ts";

export interface Heading {
  readonly meaning: HeadingMeaning;
  /** ISO 639-1; of a word that several languages have, the first of the table: English before all. */
  readonly language: string;
  /** False where only its last word is known: “Chat text”. */
  readonly isExact: boolean;
}

/** A heading without marks, signs and capitals. */
const plain = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");

const known: ReadonlyMap<string, Heading> = new Map(
  Object.entries(headingsByLanguage)
    .toReversed()
    .flatMap(([language, words]) =>
      Object.entries(words).flatMap(([meaning, list]) =>
        list.split(" ").map((word) => [
          plain(word),
          // Its keys are those of the table above.
          { meaning: meaning as HeadingMeaning, language, isExact: true },
        ]),
      ),
    ),
);

/** Words of a heading: `created_at`, `senderName` and `sender.name` are two each. */
const wordsOf = (heading: string): string[] =>
  heading
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map(plain)
    .filter((word) => word !== "");

/** The meaning of several words together: "chat text" and "message time" by the last one, "author.username" where all say it. */
const meaningOfWords = (words: readonly string[]): Heading | undefined => {
  const last = words.length > 1 ? known.get(words.at(-1) ?? "") : undefined;
  if (last?.meaning === "text" || last?.meaning === "time") return last;
  const isAuthor = last?.meaning === "author";
  return isAuthor && words.every((word) => known.get(word)?.meaning === "author")
    ? last
    : undefined;
};

/** What a heading says; undefined where no word of it is known. */
export const headingOf = (text: string): Heading | undefined => {
  const exact = known.get(plain(text));
  if (exact) return exact;
  const found = meaningOfWords(wordsOf(text));
  return found && { ...found, isExact: false };
};

const wordSet = (...lists: readonly string[]): ReadonlySet<string> =>
  new Set(lists.join(" ").split(" ").map(plain));

/** Columns of payments and of changes to source, whose rows have people and words too. */
const payments = wordSet(
  "amount iban balance debit credit betrag saldo montant importe valor importo bedrag kwota",
  "commit commithash sha currency wahrung devise moneda invoice",
);

/** Columns of reviews, issues, surveys and products: one writes each row, and nobody answers. */
const reports = wordSet(
  "rating ratings stars star review reviews reviewer reviewtext asin sku product productid price verified helpful helpfulcount",
  "bewertung bewertungen sterne produkt rezension avis note etoiles produit resena calificacion estrellas producto avaliacao",
  "recensione stelle prodotto beoordeling sterren ocena отзыв оценка рейтинг товар レビュー 評価 评分 评价 评论",
  "status state priority assignee labels label milestone severity issue issues issuekey issuetype component resolution reporter bug",
  "level loglevel pid hostname logger url link slug permalink tags category categories prioritat zustandig bearbeiter priorite statut prioridad estado asignado survey surveyid sentiment",
);

const anyIn = (names: readonly string[], words: ReadonlySet<string>): string | undefined =>
  names.find((name) => words.has(plain(name)) || wordsOf(name).some((word) => words.has(word)));

/** The first column that only payments or changes to source have. */
export const paymentColumn = (names: readonly string[]): string | undefined =>
  anyIn(names, payments);

/** The first column that reviews, issues and the like have. */
export const reportColumn = (names: readonly string[]): string | undefined => anyIn(names, reports);
