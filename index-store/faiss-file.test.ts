// The vectors of a segment are a FAISS file: Python's faiss opens it where git's pointer says that it lies.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { documents, ids, rowOf } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";
import { firstAvailable } from "./testing/programs.ts";

const run = promisify(execFile);
// Debian's python3-faiss belongs to the system's Python, which need not be the first on the PATH.
const python = firstAvailable(
  ["python3", "/usr/bin/python3"],
  ["-c", "import faiss"],
  "opening vectors.faiss in Python",
);

const script = `
import faiss, json, sys, numpy as np
index = faiss.read_index(sys.argv[1])
question = np.array([json.loads(sys.argv[2])], dtype="float32")
scores, rows = index.search(question, 3)
print(json.dumps({"total": index.ntotal, "dim": index.d, "rows": rows[0].tolist(), "scores": scores[0].tolist()}))
`;

describe("vectors.faiss", () => {
  it.skipIf(python === undefined)("opens in Python and answers as the index does", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 30))] }, { message: "1" });
    const listed = await run("git", ["-C", store.path, "ls-tree", "-r", "--name-only", "main"]);
    const file = listed.stdout.split("\n").find((name) => name.endsWith("vectors.faiss")) ?? "";
    const { stdout } = await run("git", ["-C", store.path, "show", `main:${file}`]);
    const sha256 = /oid sha256:([0-9a-f]{64})/.exec(stdout)?.[1] ?? "";
    const path = join(store.path, "lfs/objects", sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    const { vector } = rowOf("question");
    const said = await run(python ?? "", ["-c", script, path, JSON.stringify([...vector])]);
    const answer: unknown = JSON.parse(said.stdout);
    const searcher = await store.searcher();
    const hits = await searcher.semantic(vector, { k: 3 });
    searcher.close();
    expect(answer).toMatchObject({
      total: 30,
      dim: 8,
      rows: hits.map(({ ordinal }) => ordinal),
      scores: hits.map(({ score }) => expect.closeTo(score, 4)),
    });
  });
});
