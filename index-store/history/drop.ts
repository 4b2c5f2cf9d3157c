// Drops versions: their ids are noted first, then the objects that they alone named are removed.
import type { Sweeper } from "./garbage.ts";
import { isDamaged } from "./git-attachment-reader.ts";
import { HistoryError, type Version, type VersionFile } from "./history.ts";

/** Nobody who writes is kept waiting for longer: what is not dropped now is dropped another time. */
const WAIT_FOR_WRITERS_MS = 500;

export interface Dropping extends Pick<Sweeper, "holds" | "store"> {
  list(): Promise<readonly Version[]>;
  read(version: Version): Promise<ReadonlyMap<string, VersionFile>>;
  /** The files of every attachment that can be read. */
  attached(): Promise<readonly ReadonlyMap<string, VersionFile>[]>;
  /** Numbers of the versions that something is attached to. */
  analysed(): Promise<ReadonlySet<number>>;
  /** Notes these as dropped, beside those before; durable when it resolves. */
  note(versions: readonly Version[]): Promise<void>;
}

/** Which of the chosen versions may be dropped: not the newest, none with a tag, none with an attachment. */
export const droppable = (
  versions: readonly Version[],
  chosen: readonly Version[],
  analysed: ReadonlySet<number>,
): Version[] =>
  chosen.filter(
    ({ id, number, tags }) => id !== versions[0]?.id && tags.length === 0 && !analysed.has(number),
  );

const objectsIn = (files: ReadonlyMap<string, VersionFile>) =>
  [...files.values()].flatMap((file) => (file.kind === "object" ? [file.object] : []));

const dropAlone = async (
  history: Dropping,
  choose: (versions: readonly Version[]) => readonly Version[],
): Promise<number> => {
  const versions = await history.list();
  const gone = droppable(versions, choose(versions), await history.analysed());
  if (gone.length === 0) return 0;
  const candidates = new Map<string, number>();
  for (const version of gone)
    try {
      for (const { sha256, size } of objectsIn(await history.read(version)))
        candidates.set(sha256, size);
    } catch (error) {
      // What it named goes with the garbage.
      if (!isDamaged(error)) throw error;
    }
  await history.note(gone);
  for (const version of await history.list())
    for (const { sha256 } of objectsIn(await history.read(version))) candidates.delete(sha256);
  for (const files of await history.attached())
    for (const { sha256 } of objectsIn(files)) candidates.delete(sha256);
  let freed = 0;
  for (const [sha256, size] of candidates) {
    await history.store.remove(sha256);
    freed += size;
  }
  return freed;
};

/**
 * As `History.drop`. Killed half-way, what is left of the objects is garbage and removed as such. Where the list or a version that
 * stays cannot be read, nothing is removed. @throws HistoryError "damaged"
 */
export const dropVersions = async (
  history: Dropping,
  choose: (versions: readonly Version[]) => readonly Version[],
): Promise<number> => {
  if ((await history.holds.others()) > 0) return 0;
  let begun = false;
  try {
    return await history.holds.alone(() => {
      begun = true;
      return dropAlone(history, choose);
    }, WAIT_FOR_WRITERS_MS);
  } catch (error) {
    if (!begun && error instanceof HistoryError && error.code === "unavailable") return 0;
    throw error;
  }
};
