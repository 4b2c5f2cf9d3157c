// Lineage on 200 invented pairs of versions with a known history (other seeds: a number): how many are right, by kind of event.
import { lineageCase, operations } from "#services/analyse/topics/lineage.builders.ts";
import { traceTopics } from "#services/analyse/topics/lineage.ts";
import { judge, type Tally } from "#services/analyse/topics/lineage-judge.builders.ts";
import { machine, markdownTable, mean } from "./measure.ts";

const cases = 200;
const first = Number(process.argv[2] ?? 1);

const tallies = new Map<string, Tally>();
const took: number[] = [];
const topics: number[] = [];
let right = 0;
for (let seed = first; seed < first + cases; seed++) {
  const given = lineageCase(seed);
  let count = 0;
  const started = performance.now();
  const told = traceTopics(given.versions, () => `new${count++}`);
  took.push(performance.now() - started);
  topics.push(told.ids.length);
  const verdict = judge(given, told);
  if (verdict.right) right++;
  else console.log(`seed ${seed} (${given.done.join(", ")}): ${verdict.says.join("; ")}`);
  for (const [kind, { right: hits, missed, wrong }] of verdict.tallies) {
    const tally = tallies.get(kind) ?? { right: 0, missed: 0, wrong: 0 };
    tallies.set(kind, {
      right: tally.right + hits,
      missed: tally.missed + missed,
      wrong: tally.wrong + wrong,
    });
  }
}
console.log(
  `\n## lineage: ${right} of ${cases} histories told right in every event and id (${operations.join(", ")}; ${mean(topics).toFixed(0)} topics on average), ${mean(took).toFixed(1)} ms each: ${machine()}\n`,
);
console.log(
  markdownTable(
    ["event", "right", "missed", "told wrongly"],
    [...tallies].map(([kind, { right: hits, missed, wrong }]) => [kind, hits, missed, wrong]),
  ),
);
