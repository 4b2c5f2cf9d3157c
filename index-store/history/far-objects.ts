// Large files of another host: read from its `lfs/objects` folder, and copied here once their sha256 is checked.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { ifThere } from "./disk.ts";
import { type FarObjects, HistoryError, type ObjectRef } from "./history.ts";
import { type ObjectStore, objectPathIn } from "./object-store.ts";

/** The objects of another repository that is reached as a folder (a mounted disk, a shared volume, a backup). */
export const openFarObjects = (repository: string): FarObjects => ({
  has: async (sha256) => (await ifThere(stat(objectPathIn(repository, sha256)))) !== undefined,
  read: (sha256) => createReadStream(objectPathIn(repository, sha256)),
});

const damaged = ({ sha256 }: ObjectRef): HistoryError =>
  new HistoryError("damaged", `The other host's object ${sha256} is not what was written.`);

/** Writes the far bytes to `path`. @throws HistoryError "damaged" where they are longer, shorter or others than was promised */
const download = async (
  far: FarObjects,
  object: ObjectRef,
  { path, signal }: { readonly path: string; readonly signal?: AbortSignal | undefined },
): Promise<void> => {
  const hash = createHash("sha256");
  let size = 0;
  await using file = await open(path, "w");
  for await (const piece of far.read(object.sha256)) {
    signal?.throwIfAborted();
    size += piece.length;
    if (size > object.size) throw damaged(object);
    hash.update(piece);
    await file.writeFile(piece);
  }
  if (size !== object.size || hash.digest("hex") !== object.sha256) throw damaged(object);
};

/**
 * Copies an object here; where other bytes lie in its place, it replaces them.
 * @throws HistoryError "unavailable" where the other host does not have it or cannot be read, "damaged" where its bytes are others
 */
export const copyObject = async (
  far: FarObjects,
  store: Pick<ObjectStore, "stage" | "adopt">,
  object: ObjectRef,
  signal?: AbortSignal,
): Promise<void> => {
  const staged = await store.stage();
  try {
    if (!(await far.has(object.sha256)))
      throw new HistoryError("unavailable", `The other host has no object ${object.sha256}.`);
    await download(far, object, { path: staged, signal });
    await store.adopt(staged);
  } catch (cause) {
    await rm(staged, { force: true });
    if (cause instanceof HistoryError || signal?.aborted) throw cause;
    throw new HistoryError("unavailable", `Object ${object.sha256} could not be fetched.`, {
      cause,
    });
  }
};
