// Fuzzes one format, in a process that may be killed: `node infra/fuzz/one-format.ts FORMAT --inputs N --seed N [--minutes N]`.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect, parseArgs } from "node:util";
import fc from "fast-check";
import { damages, type Outcome, readDamaged, withDamages } from "#services/parse/fuzz.builders.ts";
import { grown, replacements, withRecord } from "./records.ts";
import { seedsByFormat } from "./seeds.ts";
import { openWatch } from "./watch.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: "string", default: "0" },
    seed: { type: "string", default: "0" },
    minutes: { type: "string" },
  },
});
const [format = ""] = positionals;
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const share = values.minutes === undefined ? Infinity : Number(values.minutes) * 60_000;
const began = performance.now();

const folder = mkdtempSync(join(tmpdir(), "parlance-fuzz-"));
const watch = openWatch(folder);
/** Inputs that are in hand at once: a reading waits for the disk for a third of its time. */
const LANES = 4;
type Read = (bytes: Uint8Array) => Promise<Outcome>;
const reads: readonly Read[] = Array.from({ length: LANES }, (_, lane) => {
  const own = join(folder, String(lane));
  mkdirSync(own);
  return (bytes) => {
    watch.next();
    return readDamaged(own, bytes);
  };
});

const kept = ({ events }: Outcome): number =>
  events.reduce(
    (sum, event) => sum + (event.kind === "conversation" ? event.conversation.messages.length : 0),
    0,
  );
/** What is told, by its code. */
const told = ({ events }: Outcome): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const event of events)
    if (event.kind === "problem") {
      const { code, count } = event.problem;
      counts.set(code, (counts.get(code) ?? 0) + count);
    }
  return counts;
};

const tellsMore = (after: Outcome, before: Outcome): boolean => {
  const known = told(before);
  return [...told(after)].some(([code, count]) => count > (known.get(code) ?? 0));
};

interface Found {
  readonly runs: number;
  readonly failures: readonly string[];
}

/** Checks a property for as many inputs as there is time for; each lane has a seed and files of its own. */
const run = async <T>(
  propertyOf: (read: Read) => fc.IAsyncProperty<T>,
  { most, until }: { readonly most: number; readonly until: number },
): Promise<Found> => {
  const left = until - performance.now();
  const limit = Number.isFinite(left) ? { interruptAfterTimeLimit: Math.max(1, left) } : {};
  const lanes = reads.map(async (read, lane) => {
    const own = { numRuns: Math.ceil(most / LANES), seed: seed + lane };
    const details = await fc.check(propertyOf(read), { ...own, ...limit });
    const isFailure = details.failed && details.counterexample !== null;
    return {
      runs: details.numRuns,
      failures: isFailure
        ? [[fc.defaultReportMessage(details), inspect(details.errorInstance)].join("\n")]
        : [],
    };
  });
  const found = await Promise.all(lanes);
  return {
    runs: found.reduce((sum, { runs }) => sum + runs, 0),
    failures: found.flatMap(({ failures }) => failures),
  };
};

/** The beginning of a file, for a message. */
const shown = (bytes: Buffer): string => bytes.toString("latin1").slice(0, 3000);

/** One of the files, by its number: that is what is printed of it. */
const oneOf = (files: readonly Buffer[]) => fc.nat({ max: files.length - 1 });

/** Bytes that are damaged anywhere: no crash, and every problem has a place. */
const anyDamage = (files: readonly Buffer[]) => (read: Read) =>
  fc.asyncProperty(oneOf(files), damages, async (nth, some) => {
    const damaged = withDamages(files[nth] ?? Buffer.alloc(0), some);
    try {
      await read(damaged);
    } catch (error) {
      throw new Error(shown(damaged), { cause: error });
    }
  });

const replaced = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  by: fc.constantFrom(...replacements),
});

/** Where a record is no record any more, what is missing is told. */
const nothingUntold = (files: readonly Buffer[]) => (read: Read) =>
  fc.asyncProperty(oneOf(files), replaced, async (nth, how) => {
    const file = files[nth] ?? Buffer.alloc(0);
    const damaged = withRecord(file, how);
    if (damaged === undefined) return;
    const [before, after] = [await read(file), await read(damaged)];
    if (after.rejected !== undefined || kept(after) >= kept(before)) return;
    if (!tellsMore(after, before))
      throw new Error(
        `${kept(before) - kept(after)} messages are missing and nothing is told: ${shown(damaged)}`,
      );
  });

/** Doubling a file doubles the time, and some. Both sizes are of long records. */
const MOST_GROWTH = 2.5;
const GROWING_BYTES = 2_000_000;

/** Of the processor, in milliseconds; the least of two: other programs share its caches. */
const timeOf = async (bytes: Buffer): Promise<number> => {
  const times: number[] = [];
  for (let nth = 0; nth < 2; nth += 1) {
    const before = process.cpuUsage();
    watch.next();
    await readDamaged(folder, bytes);
    times.push(process.cpuUsage(before).user / 1000);
  }
  return Math.min(...times);
};

const growthAt = async (file: Buffer, bytes: number): Promise<number | undefined> => {
  const [one, two] = [grown(file, bytes), grown(file, 2 * bytes)];
  if (!one || !two) return undefined;
  const first = await timeOf(one);
  const ratio = (await timeOf(two)) / first;
  // Sizes of the two differ from twice where records are long.
  return (ratio * 2 * one.length) / two.length;
};

/** A figure above the limit is measured again at twice the size: what grows too fast does so there as well, and chance does not. */
const growth = async (file: Buffer): Promise<number | undefined> => {
  const found = await growthAt(file, GROWING_BYTES);
  return found === undefined || found <= MOST_GROWTH ? found : growthAt(file, 2 * GROWING_BYTES);
};

/** Of the first file that can grow; undefined where none can, or where there is no time left. */
const growthOf = async (files: readonly Buffer[], until: number): Promise<number | undefined> => {
  for (const file of files) {
    if (performance.now() > until) return undefined;
    const found = await growth(file);
    if (found !== undefined) return found;
  }
  return undefined;
};

const files = (await seedsByFormat(folder)).get(format);
if (!files) throw new Error(`There are no files of the format ${format}.`);
const damaged = await run(anyDamage(files), { most: inputs, until: began + 0.8 * share });
const records = await run(nothingUntold(files), {
  most: Math.ceil(inputs / 10),
  until: began + 0.9 * share,
});
const growing = await growthOf(files, began + share);
const failures = [...damaged.failures, ...records.failures];
if (growing !== undefined && growing > MOST_GROWTH)
  failures.push(`Twice the size takes ${growing.toFixed(2)} times as long.`);
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
process.stdout.write(
  `${format}: ${damaged.runs} damaged files, ${records.runs} with a damaged record, growth ${growing?.toFixed(2) ?? "not measured"}, ${failures.length} failures, ${minutes} min\n`,
);
for (const failure of failures) process.stdout.write(`${failure}\n`);
await watch.close();
rmSync(folder, { recursive: true });
process.exitCode = failures.length > 0 ? 1 : 0;
