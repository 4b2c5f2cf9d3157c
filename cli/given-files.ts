// The files and folders that are typed after a command.
import { stat } from "node:fs/promises";
import { rejected } from "#services/domain/errors.ts";

export interface Given {
  readonly path: string;
  readonly isFolder: boolean;
}

/** @throws ParlanceError rejected `no-such-file`, before anything is created or sent */
export const look = async (path: string): Promise<Given> => {
  try {
    return { path, isFolder: (await stat(path)).isDirectory() };
  } catch (cause) {
    throw rejected(`${path} cannot be read: there is no such file or folder.`, {
      code: "no-such-file",
      hint: "Check the path; a name with blanks needs quotes.",
      cause,
    });
  }
};
