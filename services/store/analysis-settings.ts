// How a collection is analysed: the settings that a person chose, kept with the collection.
import { type AnalysisSettings, analysisSettings } from "#services/contract/analysis.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Rows } from "./rows.ts";

/** How the collection is analysed; the usual way where nobody changed it, or where there is no such collection. */
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
