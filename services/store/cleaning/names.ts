// Names of authors and channels as the cleaning rules have them: masked where a text would be, and never refused.
import {
  type Authored,
  type Cleaner,
  type CleaningRules,
  changesTexts,
  nameOf,
} from "#services/domain/cleaning.ts";
import type { AuthorNames } from "#services/domain/conversation.ts";
import type { UploadRow } from "../tables.ts";

/** A name as the rules have it. */
export type CleanName = (name: string) => string;

/** One name stands with many messages: each is looked through once. */
export const openNames = (rules: CleaningRules, cleaner: Cleaner): CleanName => {
  if (!changesTexts(rules)) return (name) => name;
  const known = new Map<string, string>();
  return (name) => {
    const cleaned = known.get(name) ?? cleaner.name(name, rules);
    known.set(name, cleaned);
    return cleaned;
  };
};

/** Always made from the name as it came, so that cleaning twice is cleaning once, and rules can be taken back. */
export const cleanAuthor = (message: Authored, cleanName: CleanName): Authored => {
  const came = nameOf(message);
  const author = cleanName(came);
  return { author, unmasked_author: author === came ? null : came };
};

type Filename = Pick<UploadRow, "filename" | "unmasked_filename">;

/** The name of an upload's file as it came: formats read from it what a chat is called. */
export const filenameOf = ({ filename, unmasked_filename }: Filename): string =>
  unmasked_filename ?? filename;

export const cleanFilename = (
  upload: Pick<UploadRow, "filename"> & Partial<Filename>,
  cleanName: CleanName,
): Filename => {
  const came = upload.unmasked_filename ?? upload.filename;
  const filename = cleanName(came);
  return { filename, unmasked_filename: filename === came ? null : came };
};

/** What else authors are called; their ids stay, since they lead to their messages. */
export const cleanAuthors = (
  authors: readonly AuthorNames[],
  cleanName: CleanName,
): AuthorNames[] =>
  authors.map((author) => ({
    ...author,
    shown: cleanName(author.shown),
    others: author.others.map(cleanName),
  }));
