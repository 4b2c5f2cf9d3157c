// Knowing when there is nothing: how many of 200 nonsense questions get no hit, and how many real ones get some, as Markdown.
import { join } from "node:path";
import type { SearchMode } from "#services/contract/search.ts";
import { openOnnxEmbedder } from "#services/embed/embed.ts";
import { markdownTable, quantile } from "../measure.ts";
import { nonsenseQuestions } from "./nonsense.ts";
import { readAskedSets } from "./real-questions.ts";
import { openSearchedSet } from "./searched-set.ts";

const NONSENSE = 200;
const modes = ["hybrid", "semantic", "lexical"] as const satisfies readonly SearchMode[];
/** Signs that would be operators are removed, because the questions are plain text. */
const plain = (text: string): string => text.replaceAll(/["“”+*:-]/gu, " ");

const model = "parlance-static-en-v1";
const embedder = await openOnnxEmbedder({
  id: model,
  path: join(import.meta.dirname, "..", "..", "..", "models", model),
});
const wrong = process.argv.includes("--show");
const rows: string[][] = [];
for (const { name, documents, questions } of await readAskedSets()) {
  const searched = await openSearchedSet({ name, documents, questions: [] }, embedder);
  try {
    for (const mode of modes) {
      const ask = async (text: string) => {
        const { hits, total, tookMs, noMatch } = await searched.answer({
          query: plain(text),
          mode,
          context: 0,
        });
        return { text, hits: hits.length, total, tookMs, noMatch };
      };
      const nonsense = [];
      for (const { text } of nonsenseQuestions(NONSENSE)) nonsense.push(await ask(text));
      const real = [];
      for (const text of questions) real.push(await ask(text));
      if (wrong) {
        for (const { text, hits } of nonsense.filter((one) => one.hits > 0))
          process.stderr.write(`${name}, ${mode}: ${hits} hits for nonsense: ${text}\n`);
        for (const { text, noMatch } of real.filter((one) => one.hits === 0))
          process.stderr.write(`${name}, ${mode}: none for ${text} (${noMatch?.reason})\n`);
      }
      rows.push([
        name,
        mode,
        `${nonsense.filter(({ hits }) => hits === 0).length} of ${nonsense.length}`,
        `${real.filter(({ hits }) => hits > 0).length} of ${real.length}`,
        String(
          quantile(
            real.map(({ total }) => total),
            0.5,
          ),
        ),
        quantile(
          real.map(({ tookMs }) => tookMs),
          0.95,
        ).toFixed(1),
      ]);
    }
  } finally {
    await searched.close();
  }
}
await embedder.close();
process.stdout.write(
  `${markdownTable(
    [
      "collection",
      "mode",
      "nonsense without a hit",
      "real questions answered",
      "counted rows, median",
      "ms, p95",
    ],
    rows,
  )}\n`,
);
