// What came of the files for which a collection was made: whether there is something in it, or why each of them was refused.
import { isRefused, type Upload } from "#services/contract/uploads.ts";

export interface RefusedFile {
  readonly name: string;
  readonly reason: string;
}

export interface FilesOf {
  /** How many were dropped. */
  readonly files: number;
  /** Of those that this browser still has in its queue: undefined where it may yet be sent. */
  readonly unsent: readonly (RefusedFile | undefined)[];
  readonly uploads: readonly Upload[];
}

const reasonOf = ({ error, problems }: Upload): string =>
  error?.message ?? problems[0]?.reason ?? "No message was found in it.";

/** @returns undefined as long as that is open; an empty list where something was read, or somebody stopped a file */
export const refusedFiles = ({
  files,
  unsent,
  uploads,
}: FilesOf): readonly RefusedFile[] | undefined => {
  const isKept = (one: Upload) =>
    one.state === "cancelled" || (one.state === "done" && !isRefused(one));
  if (uploads.some(isKept)) return [];
  const refused = [
    ...unsent.filter((one) => one !== undefined),
    ...uploads.filter(isRefused).map((one) => ({ name: one.filename, reason: reasonOf(one) })),
  ];
  // One more upload than files is somebody else's.
  if (unsent.length + uploads.length > files) return [];
  return refused.length === files ? refused : undefined;
};
