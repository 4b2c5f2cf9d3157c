// A store of blobs outside the home belongs to one database: a second one would take the first one's blobs for orphans and remove them.
import { rejected } from "#services/domain/errors.ts";

export interface OwnerNote {
  /** What is noted; undefined where nothing is. */
  read(): Promise<string | undefined>;
  /** Written in one step, so that nobody reads a part of it. Where the store can, a note that is there is left as it is. */
  write(text: string): Promise<void>;
}

/**
 * Notes whose the store is, or checks it.
 * @param owner the id of the database
 * @throws ParlanceError rejected `blobs-of-another-home`; whatever the note's functions throw
 */
export const claimStore = async (owner: string, where: string, note: OwnerNote): Promise<void> => {
  // Read once more after writing: of two that claim at once, the one whose note is not there is refused.
  if ((await note.read()) === undefined) await note.write(`${owner}\n`);
  const noted = (await note.read())?.trim();
  if (noted !== owner)
    throw rejected(`${where} belongs to another Parlance database (${noted}).`, {
      code: "blobs-of-another-home",
      hint: "Give each database a bucket, folder or prefix of its own in PARLANCE_BLOBS_URL.",
    });
};
