// A home with the sample, indexed and analysed: the first test that asks for it makes it, the others of a run copy it.
import { cp, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "./running-server.ts";
import { untilSampleIsRead } from "./sample-collection.ts";

/** Where test files of one run put what they share (infra/checks/run-folder.ts). */
const runFolder = (): string => {
  const folder = process.env["PARLANCE_TEST_RUN_FOLDER"];
  if (folder === undefined) throw new Error("PARLANCE_TEST_RUN_FOLDER is not set.");
  return folder;
};

/** What became of it, once its maker has written it: "" where it is ready, or why it could not be made. */
const outcomeIn = (place: string): Promise<string | undefined> =>
  readFile(join(place, "outcome"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });

const make = async (place: string): Promise<void> => {
  let outcome = "";
  try {
    const server = await startServer({ home: join(place, "home"), args: ["--demo"] });
    await untilSampleIsRead(server);
    await server.stop();
  } catch (error) {
    outcome = `The home with the sample could not be made: ${error}`;
  }
  await writeFile(join(place, "new"), outcome);
  await rename(join(place, "new"), join(place, "outcome"));
};

/** Puts a copy at `home`, an empty folder. @throws Error where the home could not be made */
export const copySampleHome = async (home: string): Promise<void> => {
  const place = join(runFolder(), "sample");
  const isMaker = await mkdir(place).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
  if (isMaker) await make(place);
  let outcome = await outcomeIn(place);
  while (outcome === undefined) {
    await sleep(500);
    outcome = await outcomeIn(place);
  }
  if (outcome !== "") throw new Error(outcome);
  await cp(join(place, "home"), home, { recursive: true });
};
