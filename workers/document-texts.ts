// Which message of an upload has the text of a file: the first one that has the file. A file that is named often is not indexed as often.
import type { MessageId } from "#services/domain/ids.ts";

/** Characters of texts of documents that an upload may bring: what comes after is kept without its text. */
export const DOCUMENT_CHARACTERS = 50_000_000;

/** "nobody" where its text was left out; undefined where the file was stored in an earlier attempt. */
type Owner = MessageId | "nobody" | undefined;

interface Options {
  /** Keys of files that were stored in earlier attempts. */
  readonly stored: Iterable<string>;
  /** Characters that were given in earlier attempts. */
  readonly given: number;
  /** Whether this upload has saved the message with this file in an earlier attempt. */
  readonly hasFile: (message: MessageId, key: string) => Promise<boolean>;
  readonly most?: number;
}

export const openDocumentTexts = ({
  stored,
  given,
  hasFile,
  most = DOCUMENT_CHARACTERS,
}: Options) => {
  const owners = new Map<string, Owner>();
  for (const key of stored) owners.set(key, undefined);
  const counted = new Set<string>();
  let characters = given;
  return {
    /** Characters that were given, in earlier attempts too. */
    get characters(): number {
      return characters;
    },
    isStored: (key: string): boolean => owners.has(key),
    /**
     * Whether the text of this file belongs to this message. One that an upload holds twice has it both times, so that it does not
     * change by the second.
     */
    async belongsTo(message: MessageId, key: string): Promise<boolean> {
      if (!owners.has(key)) owners.set(key, message);
      else if (owners.get(key) === undefined && (await hasFile(message, key)))
        owners.set(key, message);
      return owners.get(key) === message;
    },
    /** Counts a text that a message is to have. @returns false where it is beyond what one upload may bring */
    give(key: string, text: string): boolean {
      if (counted.has(key)) return true;
      if (characters + text.length > most) {
        owners.set(key, "nobody");
        return false;
      }
      characters += text.length;
      counted.add(key);
      return true;
    },
  };
};
