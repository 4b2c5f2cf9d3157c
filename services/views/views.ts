// The door of views: data of pages that is more than rows.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { type AnalysisCache, openAnalysisCache, type View } from "./analysis-cache.ts";
export { viewAnalysis } from "./analysis-view.ts";
export {
  notesOn,
  previewCleaning,
  readShowId,
  viewCleaning,
  viewFinding,
} from "./cleaning-view.ts";
export { confirmsImports, viewCollection } from "./collection-view.ts";
export { viewColumns, viewKeptColumns } from "./columns-view.ts";
export { compareSelections } from "./comparing.ts";
export { matchesOf, rankBy, thresholdOf, trainOn } from "./concept-scores.ts";
export { viewConversation, viewMessage } from "./conversation-view.ts";
export { exportFormats, exportLines } from "./export.ts";
export { openFollowedUploads } from "./followed-uploads.ts";
export { indexHealth } from "./index-health.ts";
export { columnOf, metaOf, pointOf, pointOfConversation } from "./map-view.ts";
export { markHits } from "./marked-hits.ts";
export { previewMerge, viewMergeSuggestions, viewMerges } from "./merge-view.ts";
export { viewOverview } from "./overview-view.ts";
export { readPeople } from "./people-here.ts";
export { viewPeople, viewPeopleEdit } from "./people-view.ts";
export { openSearchModes } from "./search-modes.ts";
export { openSearchOf, type SearchOf } from "./search-parts.ts";
export { maskOf, showMessages } from "./selected.ts";
export { loadExamples, viewEvent, viewTopic } from "./topic-view.ts";
export { tryModel } from "./try-model.ts";
export { showUpload } from "./upload-view.ts";
export { watchUpload } from "./watch-upload.ts";
