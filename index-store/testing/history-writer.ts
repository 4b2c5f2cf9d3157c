// A process of its own that commits to a git history, and attaches to what it committed, until it is told to stop or has done its share: `path count name`.
import { readFile, writeFile } from "node:fs/promises";
import { openGitHistory } from "../history/git.ts";
import { HistoryError } from "../history/history.ts";

const [path = "", count = "0", name = ""] = process.argv.slice(2);
const history = await openGitHistory({ path, now: Date.now });

const linesAt = async (head: Awaited<ReturnType<typeof history.head>>): Promise<string> => {
  if (head === null) return "";
  const file = (await history.read(head)).get("lines.txt");
  return file?.kind === "inline" ? Buffer.from(file.bytes).toString() : "";
};

for (let done = 0; done < Number(count); ) {
  const staged = await history.stage();
  const head = await history.head();
  const line = `${name}-${done}`;
  await writeFile(staged, line);
  const object = await history.adopt(staged);
  const bytes = Buffer.from(`${await linesAt(head)}${line}\n`);
  try {
    const version = await history.commit({
      parent: head?.id ?? null,
      files: new Map([
        ["lines.txt", { kind: "inline", bytes }],
        ["s/words.idx", { kind: "object", object }],
      ]),
      message: line,
      at: Date.now(),
    });
    done++;
    await history.attach({
      version,
      name: "lines",
      files: new Map([["words.idx", { kind: "object", object }]]),
      message: line,
      at: Date.now(),
    });
    process.stdout.write(
      `${version.number} ${line} ${(await readFile(history.objectPath(object))).length}\n`,
    );
  } catch (error) {
    if (!(error instanceof HistoryError) || error.code !== "conflict") throw error;
  }
}
