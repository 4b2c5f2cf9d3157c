// Where a model's files are, by the name that people and collections call it.
import { access } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Config } from "#services/config/config.ts";
import { rejected, unavailable } from "#services/domain/errors.ts";
import {
  isHubName,
  type ResolvedModel,
  resolveModel,
  shippedModel,
} from "#services/embed/embed.ts";
import {
  type Database,
  findDefaultModel,
  findModel,
  type ModelRow,
} from "#services/store/store.ts";

export type ModelConfig = Pick<Config, "embeddingModel" | "home" | "modelHub">;

/** Another process may choose another default: it is asked for again after so long. */
const DEFAULT_MS = 2000;

/** The folder of a model of the hub in this home. */
export const hubFolder = ({ home }: Pick<ModelConfig, "home">, name: string): string =>
  join(resolve(home), "models", ...name.split("/"));

/** Whether a model was put into this folder, as a whole. */
export const isModelThere = async (folder: string): Promise<boolean> =>
  await access(join(folder, "config.json")).then(
    () => true,
    () => false,
  );

export const unknownModel = (name: string) =>
  rejected(`The model \`${name.slice(0, 300)}\` does not exist here.`, {
    code: "unknown-model",
    status: 404,
    hint: "`parlance models` lists those that are here; `parlance models add` adds one.",
    data: { param: "model" },
  });

export const openLocate = (config: ModelConfig, database: Database) => {
  const bySetting = (setting: string | undefined) =>
    resolveModel({ setting, home: config.home, hub: config.modelHub });
  const { embeddingModel } = config;
  const isSet = embeddingModel !== undefined && embeddingModel !== "";

  let tellMissing: (row: ModelRow) => void = () => undefined;

  /** A model of the hub that another machine has added, or whose files were not in a backup, is fetched by this one too. */
  const ofHub = async (row: ModelRow): Promise<ResolvedModel> => {
    const path = hubFolder(config, row.place);
    // It has this name only once it is whole.
    if (await isModelThere(path)) return { id: row.id, path };
    if (row.state === "failed")
      throw unavailable(row.problem ?? `The model ${row.id} could not be fetched.`, {
        code: "model-failed",
        hint: "`parlance models add` tries again.",
      });
    if (row.state === "ready") tellMissing(row);
    throw unavailable(`The model ${row.id} is being fetched.`, {
      code: "model-fetching",
      hint: "Wait until `parlance models` says that it is ready.",
    });
  };

  const ofRow = async (row: ModelRow): Promise<ResolvedModel> => {
    if (row.source === "folder") return { id: row.id, path: row.place };
    if (row.source === "hub") return ofHub(row);
    return row.source === "shipped" ? bySetting(undefined) : bySetting(row.place);
  };

  let known: { readonly row: ModelRow | undefined; readonly at: number } | undefined;
  const defaultRow = async (): Promise<ModelRow | undefined> => {
    if (known === undefined || performance.now() - known.at > DEFAULT_MS)
      known = { row: await findDefaultModel(database), at: performance.now() };
    return known.row;
  };

  return {
    /** Whether the settings name the default. */
    isSet,
    /** What is done about a model of the hub whose files are not on this machine. */
    onMissing: (tell: (row: ModelRow) => void): void => {
      tellMissing = tell;
    },
    /** The default may have been changed in this process. */
    forget: (): void => {
      known = undefined;
    },
    defaultRow,
    /**
     * @param name undefined: the one that the settings name, or that was chosen here, or that ships
     * @throws ParlanceError rejected `unknown-model`; unavailable `model-fetching`; as `resolveModel`
     */
    async locate(name: string | undefined): Promise<ResolvedModel> {
      if (name === undefined) {
        if (isSet) return bySetting(embeddingModel);
        const chosen = await defaultRow();
        return chosen?.state === "ready" ? ofRow(chosen) : bySetting(undefined);
      }
      if (name === shippedModel) return bySetting(undefined);
      if (isSet && (name === embeddingModel || name === basename(resolve(embeddingModel))))
        return bySetting(embeddingModel);
      const row = await findModel(database, name);
      if (row !== undefined) return ofRow(row);
      // Fetched for an earlier setting: collections that were embedded with it are searched on.
      if (isHubName(name) && (await isModelThere(hubFolder(config, name)))) return bySetting(name);
      throw unknownModel(name);
    },
  };
};
export type Locate = ReturnType<typeof openLocate>;
