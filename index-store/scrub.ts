// Checks every file of every version by its checksum.
import { asIndexError, isDamage, stateOf } from "./head.ts";
import { HistoryError, type HistoryReader, type Version } from "./history/history.ts";
import { type SegmentEntry, segmentFiles, segmentParts } from "./manifest.ts";

const listed = async (
  history: HistoryReader,
  damaged: Set<string>,
): Promise<readonly Version[]> => {
  try {
    return await history.list();
  } catch (error) {
    if (!isDamage(error)) throw asIndexError(error);
    damaged.add(error.message);
    return [];
  }
};

/** Whether a version was dropped since it was listed: then its files are gone without damage. */
const isDropped = async (history: HistoryReader, { id }: Version): Promise<boolean> => {
  try {
    await history.find(id);
    return false;
  } catch (error) {
    return error instanceof HistoryError && error.code === "unknown-version";
  }
};

/** Checks every file of every version: the labels of those that are damaged, and how many were looked at. */
export const scrubVersions = async (history: HistoryReader) => {
  const damaged = new Set<string>();
  const sound = new Set<string>();
  const check = async (version: Version, { id, files }: SegmentEntry) => {
    for (const part of segmentParts) {
      const label = `segments/${id}/${segmentFiles[part]}`;
      if (sound.has(files[part].sha256) || damaged.has(label)) continue;
      if (await history.verify(files[part])) sound.add(files[part].sha256);
      else if (!(await isDropped(history, version))) damaged.add(label);
    }
  };
  for (const version of await listed(history, damaged))
    try {
      const { manifest } = await stateOf(history, version);
      for (const segment of manifest.segments) await check(version, segment);
    } catch (error) {
      if (!isDamage(error)) throw error;
      damaged.add(`version ${version.number}: ${error.message}`);
    }
  return { damaged: [...damaged], checked: sound.size + damaged.size };
};
