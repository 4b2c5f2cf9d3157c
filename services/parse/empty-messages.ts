// Whether the messages of an upload have anything in them: where most have not, its format was not understood.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import { rejected } from "#services/domain/errors.ts";
import type { Known } from "./checkpoint.ts";

/** Of fewer messages, chance may leave most empty. */
const FEWEST = 6;

/** Notices, thoughts and calls of tools are often empty in exports that are read well. An empty message of Claude is a notice of a speaker. */
const isSaid = ({ kind, role }: ParsedMessage): boolean =>
  kind === "text" ||
  kind === "attachment" ||
  (kind === "system" && (role === "user" || role === "assistant"));

const isEmpty = ({ text, attachments }: ParsedMessage): boolean =>
  text.trim() === "" && attachments.length === 0;

type Counts = Pick<Known, "said" | "empty">;

export const openEmptyCount = () => {
  let said = 0;
  let empty = 0;
  return {
    counts: (): Counts => ({ said, empty }),
    restore(counts: Counts): void {
      ({ said, empty } = counts);
    },
    add({ messages }: ParsedConversation): void {
      for (const message of messages) {
        if (!isSaid(message)) continue;
        said += 1;
        if (isEmpty(message)) empty += 1;
      }
    },
    /** To be called at the end. @throws ParlanceError rejected `mostly-empty` */
    check(): void {
      if (said < FEWEST || empty <= said / 2) return;
      throw rejected(
        `${empty.toLocaleString("en")} of ${said.toLocaleString("en")} messages have no text and no attachment: the file is written in a way that is not understood.`,
        {
          code: "mostly-empty",
          hint: "What was read is kept. Look at the original record of a message to see where its text stands, or upload the export as it came, not converted by another program.",
        },
      );
    },
  };
};
