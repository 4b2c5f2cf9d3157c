// How often a negated question ranks the negated one of two messages higher, and a plain question the plain one.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openOnnxEmbedder } from "#services/embed/embed.ts";
import { markdownTable } from "../measure.ts";
import { negationPairs } from "./negation-pairs.ts";
import { openSearchedSet } from "./searched-set.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const models = [
  { id: "parlance-static-en-v1", path: join(root, "models", "parlance-static-en-v1") },
  { id: "potion-base-2m", path: join(root, "..", "shared", "models", "potion-base-2m") },
].filter(({ path }) => existsSync(path));
const modes = ["semantic", "lexical", "hybrid"] as const;

const set = {
  name: "negation",
  documents: negationPairs.flatMap(({ said, saidNot }, at) => [
    { id: `${at} said`, messages: [said] },
    { id: `${at} not`, messages: [saidNot] },
  ]),
  questions: [],
};

const wrong = process.argv.includes("--wrong");
const rows: string[][] = [];
for (const model of models) {
  const embedder = await openOnnxEmbedder(model);
  const searched = await openSearchedSet(set, embedder);
  try {
    for (const mode of modes) {
      /** How many questions have the wanted message before the other one. What is not found comes last. */
      const right = async (text: (at: number) => string, wanted: string, other: string) => {
        let count = 0;
        for (const at of negationPairs.keys()) {
          const found = await searched.ask(text(at), { mode });
          const place = (id: string) => (found.indexOf(id) + 1 || Infinity) as number;
          const isRight = place(`${at} ${wanted}`) < place(`${at} ${other}`);
          if (isRight) count += 1;
          else if (wrong) process.stderr.write(`${model.id}, ${mode}: ${text(at)}\n`);
        }
        return `${count} of ${negationPairs.length}`;
      };
      rows.push([
        model.id,
        mode,
        await right((at) => negationPairs[at]?.negated ?? "", "not", "said"),
        await right((at) => negationPairs[at]?.question ?? "", "said", "not"),
      ]);
    }
  } finally {
    await searched.close();
    await embedder.close();
  }
}
process.stdout.write(
  `${markdownTable(["model", "mode", "negated question: negated message first", "plain question: plain message first"], rows)}\n`,
);
