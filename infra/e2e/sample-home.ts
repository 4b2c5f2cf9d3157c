// A home with the sample, indexed and analysed: the first test that asks for it makes it, the others of a run copy it.
import { existsSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
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

/** Makes the folder. False where another test file has made it, which only one of them can. */
const isFirst = (place: string): Promise<boolean> =>
  mkdir(place).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );

const makeIn = async (place: string): Promise<void> => {
  const server = await startServer({ home: join(place, "home"), args: ["--demo"] });
  try {
    await untilSampleIsRead(server);
  } finally {
    await server.stop();
  }
  await writeFile(join(place, "ready"), "");
};

/** Puts a copy at `home`, an empty folder. @throws Error where this test has to make it and cannot; another one tries again then */
export const copySampleHome = async (home: string): Promise<void> => {
  const place = join(runFolder(), "sample");
  while (!existsSync(join(place, "ready")))
    if (await isFirst(place))
      try {
        await makeIn(place);
      } catch (error) {
        await rm(place, { recursive: true, force: true });
        throw error;
      }
    else await sleep(500);
  await cp(join(place, "home"), home, { recursive: true });
};
