// Finds a model by its setting: the shipped model, a folder, or a hub model, which is downloaded once.
import { access } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rejected } from "#services/domain/errors.ts";
import { downloadModel, type ModelProgress } from "./hub.ts";

export interface ModelRequest {
  /** PARLANCE_EMBEDDING_MODEL: a hub name (`org/name`) or a folder; undefined for the shipped model. */
  readonly setting: string | undefined;
  /** PARLANCE_HOME: downloaded models are stored in its `models/`. */
  readonly home: string;
  /** PARLANCE_MODEL_HUB: the hub's address. */
  readonly hub: string;
  readonly onProgress?: (progress: ModelProgress) => void;
  readonly signal?: AbortSignal;
}

export interface ResolvedModel {
  readonly id: string;
  readonly path: string;
}

export const shippedModel = "parlance-static-en-v1";
const shippedPath = fileURLToPath(new URL(`../../models/${shippedModel}`, import.meta.url));

const hubName = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;

export const isHubName = (name: string): boolean => hubName.test(name);

const exists = async (path: string) =>
  await access(path).then(
    () => true,
    () => false,
  );

/**
 * A name with one slash means the folder where there is one, otherwise a hub name.
 * @throws ParlanceError rejected `unknown-model`; see `downloadModel` for hub names.
 */
export const resolveModel = async (request: ModelRequest): Promise<ResolvedModel> => {
  const { setting, home } = request;
  if (setting === undefined || setting === "" || setting === shippedModel)
    return { id: shippedModel, path: shippedPath };
  const folder = resolve(setting);
  if (await exists(join(folder, "config.json")))
    return { id: folder.split(/[\\/]/).at(-1) ?? setting, path: folder };
  if (isAbsolute(setting) || setting.startsWith(".") || !hubName.test(setting))
    throw rejected(`There is no model at ${folder}.`, {
      code: "unknown-model",
      hint: "Set PARLANCE_EMBEDDING_MODEL to a folder with config.json, tokenizer.json and onnx/model.onnx, or to a hub name such as org/model.",
      data: { setting },
    });
  const path = join(resolve(home), "models", ...setting.split("/"));
  if (!(await exists(join(path, "config.json"))))
    await downloadModel({ ...request, name: setting, path });
  return { id: setting, path };
};
