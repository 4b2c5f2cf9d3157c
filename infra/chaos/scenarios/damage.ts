// Damaged files: files of an index are flipped, cut, emptied, swapped or removed; what searches answer stays right, and all is mended.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { collection as collectionShape } from "#services/contract/collections.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { type CollectionId, readCollectionId } from "#services/domain/ids.ts";
import { stageNames } from "#services/domain/stage-names.ts";
import { openTestApi, type TestApi } from "../../../services/api/api.builders.ts";
import { startBelt } from "../../../workers/belt.ts";
import { requestChecks } from "../../../workers/reconcile.ts";
import { atRest, indexedIds } from "../../../workers/workers.builders.ts";
import { between, type Context, type Outcome, oneOf, type Scenario } from "../scenario.ts";
import { Hung } from "../subject.ts";

const FULL = 200;
const QUICK = 10;
/** Faults of one home: damage to old versions is not repaired, and an index of which no version can be read would not be either. */
const EACH = 20;
const MENDED_MS = 60_000;
const IMPORTS = 4;
const UNTAKEN = ["analysis.due", "watch.due", "alert.due"] as const;

const words = "frost bees beans gate slug seed water rain".split(" ");
const aDay = (day: number, random: () => number): string =>
  Array.from({ length: 40 }, (_, n) => {
    const text = Array.from({ length: 6 }, () => oneOf(random, words)).join(" ");
    return `[10:${`${n}`.padStart(2, "0")}] <${n % 2 === 0 ? "ada" : "bob"}> ${text} m${day}x${n}`;
  }).join("\n");

type Damage = (path: string, random: () => number, others: readonly string[]) => Promise<void>;
const damages: Readonly<Record<string, Damage>> = {
  flipped: async (path, random) => {
    const bytes = await readFile(path);
    const at = between(random, 0, Math.max(0, bytes.length - 1));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << between(random, 0, 7));
    await writeFile(path, bytes);
  },
  cut: async (path, random) => {
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, between(random, 0, bytes.length - 1)));
  },
  zeroed: async (path) => writeFile(path, Buffer.alloc((await readFile(path)).length)),
  removed: (path) => rm(path),
  swapped: async (path, random, others) => {
    const other = oneOf(random, others) ?? path;
    await writeFile(path, await readFile(other));
    // Equal files, and a file swapped with itself, are no damage.
    if (other === path) await writeFile(path, "");
  },
};

interface Garden {
  readonly api: TestApi;
  readonly id: CollectionId;
  readonly at: string;
  readonly files: () => Promise<string[]>;
  readonly ids: () => Promise<readonly string[]>;
}

/** Nothing that a search answers may be other than what it would answer from whole files; fewer hits, or a refusal, are allowed. */
const searchIsRight = async ({ api, at }: Garden, whole: ReadonlySet<string>): Promise<boolean> => {
  const response = await api.ask(`${at}/search`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "frost and bees", limit: 50 }),
  });
  if (response.status !== 200) return [500, 503].includes(response.status);
  const { hits } = searchAnswer.parse(await response.json());
  return hits.every((hit) => whole.has(hit.chunk));
};

/** Asks for a check of every index, and waits until searches answer from all rows again. @returns how long that took, in milliseconds */
const untilMended = async (garden: Garden, whole: readonly string[], what: string) => {
  const { api, at, id } = garden;
  const begun = performance.now();
  await requestChecks(api.instance);
  for (;;) {
    const { health } = await api.read(collectionShape, at);
    let rows = 0;
    if (health?.state === "ok") {
      await atRest(api.parlance, UNTAKEN);
      await api.parlance.indexes.forget(id);
      const now = await garden.ids().catch((): string[] => []);
      rows = now.length;
      if (rows === whole.length && now.every((one, place) => one === whole[place]))
        return performance.now() - begun;
    }
    if (performance.now() - begun > MENDED_MS)
      throw new Hung(
        `${what} was not mended: ${JSON.stringify(health)}, ${rows} of ${whole.length} rows`,
      );
    await pause(50);
  }
};

interface Tally {
  readonly recoveries: number[];
  readonly wrong: string[];
  readonly kinds: Map<string, number>;
  rows: number;
}

/** A home of its own, with so many faults one after another. */
const damageOne = async ({ random, say }: Context, faults: number, tally: Tally): Promise<void> => {
  const api = await openTestApi({ idle: true });
  const belt = await startBelt(api.instance, {
    stages: stageNames,
    onError: (stage, error) => say(`${stage}: ${error instanceof Error ? error.stack : error}`),
  });
  const { recoveries, wrong, kinds } = tally;
  try {
    const made = await api.makeCollection("Garden");
    const id = readCollectionId(made.id);
    if (id === undefined) throw new Error(`${made.id} is no collection`);
    for (let day = 0; day < IMPORTS; day++)
      await api.importText(id, `#garden.2024-01-0${day + 1}.txt`, aDay(day, random));
    await atRest(api.parlance, UNTAKEN);
    const folder = join(api.parlance.config.home, "collections", id, "index.git");
    const garden: Garden = {
      api,
      id,
      at: `/api/v1/collections/${id}`,
      files: async () =>
        (await readdir(folder, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map(({ parentPath, name }) => join(parentPath, name))
          .filter((path) => /objects\/[0-9a-f]{2}\//.test(path)),
      ids: () => indexedIds(api.parlance, id),
    };
    const whole = await garden.ids();
    const known = new Set(whole);
    for (let n = 0; n < faults; n++) {
      const files = await garden.files();
      // Half of them are segments, the others what git has: manifests, trees, commits.
      const segments = random() < 0.5 ? files.filter((file) => file.includes("/lfs/")) : files;
      const path = oneOf(random, segments) ?? "";
      const what = oneOf(random, Object.keys(damages)) ?? "removed";
      const before = await readFile(path);
      await damages[what]?.(path, random, files);
      const isSame = (await readFile(path).catch(() => undefined))?.equals(before) ?? false;
      kinds.set(what, (kinds.get(what) ?? 0) + 1);
      const place = path.slice(folder.length + 1);
      // As a server that is started now: nothing is in memory any more.
      await api.parlance.indexes.forget(id);
      if (!(await searchIsRight(garden, known))) wrong.push(`${what} ${place}`);
      recoveries.push(await untilMended(garden, whole, `${what} ${place}`));
      if (!isSame)
        say(`${n + 1}: ${what} ${place}, mended after ${Math.round(recoveries.at(-1) ?? 0)} ms`);
    }
    tally.rows += whole.length;
  } finally {
    await belt.stop();
    await api.close();
  }
};

const run = async (context: Context): Promise<Outcome> => {
  const tally: Tally = { recoveries: [], wrong: [], kinds: new Map(), rows: 0 };
  const faults = context.count(FULL, QUICK);
  for (let left = faults; left > 0; left -= EACH)
    await damageOne(context, Math.min(EACH, left), tally);
  return {
    faults,
    confirmed: tally.rows,
    verdict: { lost: [], hidden: [], duplicated: [], unexpected: tally.wrong },
    recoveries: tally.recoveries,
    notes: [...tally.kinds].map(([kind, times]) => `${times} ${kind}`),
  };
};

export const damage: Scenario = {
  name: "damage",
  runsOn: ({ name }) => name === "embedded",
  run,
};
