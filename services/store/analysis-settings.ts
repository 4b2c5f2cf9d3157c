// The settings of a collection's analyses, as a person chose them.
import { type AnalysisSettings, analysisSettings } from "#services/contract/analysis.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Rows } from "./rows.ts";

/** The collection's settings; the defaults where nobody changed them or the collection does not exist. */
export const settingsOf = async (
  rows: Rows,
  collection: CollectionId,
): Promise<AnalysisSettings> => {
  const row = await rows
    .selectFrom("collections")
    .select("analysis_settings")
    .where("id", "=", collection)
    .executeTakeFirst();
  return analysisSettings.parse(JSON.parse(row?.analysis_settings ?? "{}"));
};

export const saveSettings = async (
  rows: Rows,
  collection: CollectionId,
  settings: AnalysisSettings,
): Promise<void> => {
  await rows
    .updateTable("collections")
    .set((value) => ({
      analysis_settings: JSON.stringify(settings),
      revision: value("revision", "+", 1),
    }))
    .where("id", "=", collection)
    .execute();
};
