// The models of the server: those that are there, adding one (fetched beside other work, resumed after a break), testing, measuring, removing.
import { rm } from "node:fs/promises";
import { basename, isAbsolute, resolve } from "node:path";
import type {
  EmbeddingModelFacts,
  ModelSpeed,
  ModelTest,
  RegisteredModel,
  RegisteredModels,
} from "#services/contract/models.ts";
import { isDiskFull } from "#services/domain/disk-full.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import {
  type EmbeddingModel,
  isHubName,
  type ModelPool,
  readFingerprint,
} from "#services/embed/embed.ts";
import {
  changeModel,
  countModelUses,
  type Database,
  findModel,
  type Leases,
  listModels,
  type ModelRow,
  removeModel,
  saveModel,
  setDefaultModel,
} from "#services/store/store.ts";
import { openFetching } from "./fetching.ts";
import { hubFolder, isModelThere, type Locate, type ModelConfig } from "./locate.ts";
import { type Known, measureModel, testModel } from "./probe.ts";

export interface ModelsOptions {
  readonly config: ModelConfig;
  readonly database: Database;
  readonly leases: Leases;
  readonly pool: ModelPool;
  readonly located: Locate;
  /** The id of the model that is there without being added. */
  readonly shipped: () => Promise<string>;
  /** @throws ParlanceError unavailable where so many bytes do not fit on the disk */
  readonly room: (bytes: number) => Promise<void>;
}

/** What is known of a model that is not open. */
export type ModelFacts = Pick<
  EmbeddingModel,
  "id" | "fingerprint" | "dim" | "maxTokens" | "languages" | "bytes"
>;

export interface Models {
  list(): Promise<RegisteredModels>;
  /** @throws ParlanceError rejected `unknown-model` (404) */
  find(id: string): Promise<RegisteredModel>;
  /**
   * What a model is, without opening it where that was told before.
   * @param name undefined: the default
   * @throws ParlanceError where it cannot be had: see `ModelPool.open`
   */
  facts(name?: string): Promise<ModelFacts>;
  /**
   * A folder is opened and tested before it is added; a model of the hub is fetched afterwards, beside other work. One that failed is
   * tried again: what was fetched is kept.
   * @throws ParlanceError rejected `bad-model` | `model-exists`; as the embedder where a folder's model cannot be opened
   */
  add(from: string): Promise<RegisteredModel>;
  /** @throws ParlanceError rejected `unknown-model` | `model-in-use` | `model-stays` */
  remove(id: string): Promise<void>;
  /** @throws ParlanceError rejected `unknown-model` | `model-not-ready` | `default-is-set` */
  makeDefault(id: string): Promise<void>;
  test(id: string): Promise<ModelTest>;
  /** Keeps the speed for the list. */
  measure(id: string): Promise<ModelSpeed>;
  /** Goes on fetching what nobody fetches any more; resolves when that has ended. */
  resume(): Promise<void>;
  /** Stops fetching; the next process goes on with it. */
  close(): Promise<void>;
}

const factsOf = (model: EmbeddingModel): EmbeddingModelFacts => ({
  dim: model.dim,
  maxTokens: model.maxTokens,
  pooling: model.pooling,
  prefixes: { ...model.prefixes },
  languages: model.languages === null ? null : [...model.languages],
  matryoshka: [...model.matryoshka],
  licence: model.licence,
  bytes: model.bytes,
  fingerprint: model.fingerprint,
});

const problemOf = (error: unknown): string => {
  if (isDiskFull(error)) return "The disk is full. Make room, then add the model again.";
  if (!(error instanceof ParlanceError)) return "It could not be opened: see the server's log.";
  return [error.message, error.hint].filter((part) => part !== undefined).join(" ");
};

const unknown = (id: string) =>
  rejected(`There is no model ${JSON.stringify(id.slice(0, 300))} here.`, {
    code: "unknown-model",
    status: 404,
    hint: "`parlance models` lists those that are here.",
  });

const emptyRow = (made: Pick<ModelRow, "id" | "source" | "place">): ModelRow => ({
  state: "ready",
  problem: null,
  done_bytes: 0,
  total_bytes: 0,
  fingerprint: null,
  facts: null,
  known: null,
  speed: null,
  speed_at: null,
  is_default: 0,
  created_at: 0,
  ...made,
});

export const openModels = (options: ModelsOptions): Models => {
  const { config, database, leases, pool, located, shipped, room } = options;
  /** Which one the settings name. */
  const setModel = (): { readonly id: string; readonly place: string } | undefined => {
    if (!located.isSet) return undefined;
    const place = config.embeddingModel ?? "";
    return { id: isHubName(place) ? place : basename(resolve(place)), place };
  };

  /** The shipped one and that of the settings are there without a row. */
  const withoutRow = async (): Promise<ModelRow[]> => {
    const own = await shipped();
    const alone = [emptyRow({ id: own, source: "shipped", place: own })];
    const set = setModel();
    return set === undefined || set.id === own
      ? alone
      : [...alone, emptyRow({ ...set, source: "settings" })];
  };

  const allRows = async (): Promise<ModelRow[]> => {
    const rows = await listModels(database);
    const there = new Set(rows.map(({ id }) => id));
    return [...(await withoutRow()).filter(({ id }) => !there.has(id)), ...rows];
  };

  const rowOf = async (id: string): Promise<ModelRow> => {
    const row = (await allRows()).find((one) => one.id === id);
    if (row === undefined) throw unknown(id);
    return row;
  };

  /** Which one new collections get. */
  const defaultId = async (rows: readonly ModelRow[]): Promise<string> => {
    const set = setModel();
    if (set !== undefined) return set.id;
    return rows.find((row) => row.is_default === 1 && row.state === "ready")?.id ?? shipped();
  };

  const factsIn = async (row: ModelRow): Promise<EmbeddingModelFacts | null> => {
    if (row.facts !== null) return JSON.parse(row.facts) as EmbeddingModelFacts;
    if (row.state !== "ready") return null;
    const embedder = await pool.open(row.id).catch((): undefined => undefined);
    return embedder === undefined ? null : factsOf(embedder.model);
  };

  const view = async (row: ModelRow, isDefault: boolean): Promise<RegisteredModel> => ({
    id: row.id,
    source: row.source as RegisteredModel["source"],
    place: row.place,
    state: row.state as RegisteredModel["state"],
    problem: row.problem,
    doneBytes: row.done_bytes,
    totalBytes: row.total_bytes,
    isDefault,
    isLoaded: pool.loaded().includes(row.id),
    facts: await factsIn(row),
    speed:
      row.speed === null || row.speed_at === null
        ? null
        : { textsPerSecond: row.speed, at: row.speed_at },
    collections: await countModelUses(database, row.id),
  });

  const find = async (id: string): Promise<RegisteredModel> => {
    const rows = await allRows();
    const row = rows.find((one) => one.id === id);
    if (row === undefined) throw unknown(id);
    return view(row, row.id === (await defaultId(rows)));
  };

  /** Opens a model whose files are there and keeps what it is. @throws as the embedder */
  const open = async (id: string): Promise<void> => {
    const embedder = await pool.open(id);
    const { known } = await testModel(embedder);
    await changeModel(database, id, {
      state: "ready",
      problem: null,
      facts: JSON.stringify(factsOf(embedder.model)),
      fingerprint: embedder.model.fingerprint,
      known: JSON.stringify(known),
    });
  };

  const fail = (id: string, error: unknown) =>
    changeModel(database, id, { state: "failed", problem: problemOf(error) });

  const fetching = openFetching({ config, database, leases, room, ready: open, fail });
  located.onMissing((row) => {
    fetching.one(row).catch((error: unknown) => fail(row.id, error).catch(() => undefined));
  });

  const addFolder = async (path: string): Promise<string> => {
    const id = basename(path);
    const there = (await allRows()).find((one) => one.id === id);
    if (there !== undefined && there.place !== path)
      throw rejected(`There is another model called ${JSON.stringify(id)}.`, {
        code: "model-exists",
        status: 409,
        hint: "Rename the folder, or remove the other one.",
      });
    await saveModel(database, { id, source: "folder", place: path }, { state: "ready" });
    try {
      await open(id);
    } catch (error) {
      if (there === undefined) await removeModel(database, id);
      else await fail(id, error);
      throw error;
    }
    return id;
  };

  const addFromHub = async (name: string): Promise<string> => {
    const there = await findModel(database, name);
    if (there?.state === "ready")
      throw rejected(`The model ${name} is here already.`, { code: "model-exists", status: 409 });
    const wanted = { id: name, source: "hub", place: name };
    if (there?.state !== "fetching")
      await saveModel(database, wanted, { state: "fetching", problem: null });
    // Not waited for: the list says how far it is.
    const row = await rowOf(name);
    fetching.one(row).catch((error: unknown) => fail(name, error).catch(() => undefined));
    return name;
  };

  return {
    async list() {
      const rows = await allRows();
      const chosen = await defaultId(rows);
      const models = await Promise.all(rows.map((row) => view(row, row.id === chosen)));
      models.sort(
        (a, b) =>
          Number(b.isDefault) - Number(a.isDefault) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
      );
      return { models, defaultIsSet: located.isSet };
    },
    find,
    async facts(name) {
      // Those that are open anyway, and the only one there is in tests.
      if (name === undefined || name === (await shipped())) return (await pool.open(name)).model;
      const { id, path } = await located.locate(name);
      const row = await findModel(database, id);
      if (row?.facts == null || !(await isModelThere(path))) return (await pool.open(name)).model;
      return { id, ...(JSON.parse(row.facts) as EmbeddingModelFacts) };
    },
    async add(from) {
      if (isAbsolute(from)) return find(await addFolder(resolve(from)));
      if (!isHubName(from))
        throw rejected(`${JSON.stringify(from.slice(0, 300))} names no model.`, {
          code: "bad-model",
          hint: "Name one on the hub (organization/model), or a folder by its whole path.",
        });
      return find(await addFromHub(from));
    },
    async remove(id) {
      const row = await rowOf(id);
      if (row.source === "shipped" || row.source === "settings")
        throw rejected(
          row.source === "shipped"
            ? "The model that ships stays."
            : "PARLANCE_EMBEDDING_MODEL names this model.",
          { code: "model-stays", status: 409, hint: "Change the setting first." },
        );
      if (!(await removeModel(database, id)))
        throw rejected(`Collections use the model ${id}.`, {
          code: "model-in-use",
          status: 409,
          hint: `\`parlance models show ${id}\` says which: delete them, or import into new ones with another model.`,
        });
      located.forget();
      fetching.stop(id);
      if (row.source !== "hub") return;
      const folder = hubFolder(config, row.place);
      await rm(folder, { recursive: true, force: true });
      await rm(`${folder}.part`, { recursive: true, force: true });
    },
    async makeDefault(id) {
      if (located.isSet)
        throw rejected("PARLANCE_EMBEDDING_MODEL names the model of new collections.", {
          code: "default-is-set",
          status: 409,
          hint: "Remove the setting and start again to choose it here.",
        });
      const row = await rowOf(id);
      if (row.state !== "ready")
        throw rejected(`The model ${id} is not ready.`, { code: "model-not-ready", status: 409 });
      await pool.open(id);
      await setDefaultModel(database, row.source === "shipped" ? null : id);
      located.forget();
    },
    async test(id) {
      const row = await rowOf(id);
      const embedder = await pool.open(id);
      const { path } = await located.locate(id);
      const { test } = await testModel(embedder, {
        known: row.known === null ? undefined : (JSON.parse(row.known) as Known),
        fingerprint: row.fingerprint ?? embedder.model.fingerprint,
        // It may have been opened long ago.
        files: await readFingerprint(path).catch(problemOf),
      });
      return test;
    },
    async measure(id) {
      const row = await rowOf(id);
      const speed = await measureModel(await pool.open(id));
      const { source, place } = row;
      await saveModel(
        database,
        { id, source, place },
        { speed: speed.textsPerSecond, speed_at: database.now() },
      );
      return speed;
    },
    async resume() {
      const left = (await listModels(database)).filter(({ state }) => state === "fetching");
      await Promise.all(left.map(fetching.one));
    },
    close: () => fetching.close(),
  };
};
