// A collection's row, sums and index in responses.
import type { Collection } from "#services/contract/collections.ts";
import { levelIn } from "#services/domain/scope.ts";
import type { EmbeddingModel } from "#services/embed/embed.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  type CollectionRow,
  type CollectionStats,
  collectionStats,
  erasingOrigins,
  keepsAttachments,
  shownHealth,
} from "#services/store/store.ts";

/** Of the collection; it need not be open. */
type ShownModel = Pick<EmbeddingModel, "id" | "fingerprint" | "languages">;

/** For meaning to be the default, this share of the chunks of known language must be in a language of the model. */
const KNOWN_SHARE = 0.5;
/** With a smaller share of chunks of known language, nothing is said about the collection's language. */
const ENOUGH = 0.02;

/** The share of the chunks of known language whose language the model was made for; null where nothing can be said. */
export const shareKnown = (
  languages: CollectionStats["languages"],
  model: Pick<EmbeddingModel, "languages">,
): number | null => {
  const known = model.languages;
  if (known === null) return null;
  const told = languages.filter(({ language }) => language !== null);
  const all = told.reduce((sum, { share }) => sum + share, 0);
  if (all < ENOUGH) return null;
  const good = told
    .filter(({ language }) => known.includes(language ?? ""))
    .reduce((sum, { share }) => sum + share, 0);
  return good / all;
};

export const defaultModeOf = (
  languages: CollectionStats["languages"],
  model: Pick<EmbeddingModel, "languages">,
): Collection["defaultMode"] =>
  (shareKnown(languages, model) ?? 1) < KNOWN_SHARE ? "lexical" : "hybrid";

const indexBytes = async (parlance: Parlance, row: CollectionRow): Promise<number> => {
  if (row.version === null) return 0;
  return (await parlance.indexes.open(row.id)).size();
};

const notices = (
  row: CollectionRow,
  stats: CollectionStats,
  model: ShownModel | undefined,
): string[] => {
  if (model === undefined)
    return [
      `The embedding model${row.model_id === null ? "" : ` ${row.model_id}`} is not available right now: searching works by words only.`,
    ];
  const said: string[] = [];
  if (row.model_fingerprint !== null && row.model_fingerprint !== model.fingerprint)
    said.push(
      `Its messages were embedded with other files of the model ${row.model_id} than this server has: searching is by words only.`,
    );
  else if (defaultModeOf(stats.languages, model) === "lexical")
    said.push(
      `Most messages are not in a language that the model ${model.id} was made for (${model.languages?.join(", ")}): searching is by words unless another mode is chosen.`,
    );
  return said;
};

/** Whether an import into it waits for a person, by its own setting or the server's. */
export const confirmsImports = (
  { confirm_imports }: Pick<CollectionRow, "confirm_imports">,
  config: Pick<Parlance["config"], "confirmImports">,
): boolean => (confirm_imports ?? config.confirmImports) === "always";

/** Number of chunks in the newest version, without those that are being erased. */
const indexedChunks = async ({ store, indexes }: Parlance, row: CollectionRow): Promise<number> => {
  if ((await erasingOrigins(store.rows, row.id)).length === 0) return row.indexed_chunks;
  return (await indexes.searcher(row.id))?.rows ?? 0;
};

/** @param model undefined where it is not available */
export const viewCollection = async (
  parlance: Parlance,
  row: CollectionRow,
  model: ShownModel | undefined,
): Promise<Collection> => {
  const stats = await collectionStats(parlance.store.rows, row.id);
  const damage: string[] = [];
  const bytes = await indexBytes(parlance, row).catch((error: unknown) => {
    damage.push(
      `Its index cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return 0;
  });
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    zone: row.zone,
    confirmImports: row.confirm_imports,
    confirmsImports: confirmsImports(row, parlance.config),
    keepAttachments: row.keep_attachments,
    keepsAttachments: keepsAttachments(row, parlance.config),
    createdAt: row.created_at,
    conversations: stats.conversations,
    messages: stats.messages,
    others: stats.others,
    indexed: await indexedChunks(parlance, row),
    pending: stats.pending,
    version: row.version,
    model: row.model_id ?? model?.id ?? "",
    firstAt: stats.firstAt,
    lastAt: stats.lastAt,
    sources: [...stats.sources],
    languages: [...stats.languages],
    defaultMode: model === undefined ? "lexical" : defaultModeOf(stats.languages, model),
    notices: [...notices(row, stats, model), ...damage],
    health: shownHealth(row),
    indexBytes: bytes,
    level: levelIn(parlance.scope, row.id),
  };
};
