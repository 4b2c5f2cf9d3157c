// The door of the index store: vectors, words and columns in; versions out. Imports nothing of Parlance's.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export type { EngineName, Rows } from "./ann/ann.ts";
export type { VectorsDatabase } from "./ann/vectors-database.ts";
export type { Attached, AttachedFile } from "./attachments.ts";
export type { DamagedSegment } from "./damage.ts";
export type { Damage, Degraded } from "./degraded.ts";
export type { Diff } from "./diff.ts";
export type { ColumnKind, ColumnValues, Documents, Schema } from "./documents.ts";
export { removeElsewhere } from "./elsewhere.ts";
export type { FacetCount } from "./facets.ts";
export type { Filter } from "./filter.ts";
export type { GroupWord } from "./grouped.ts";
export { openFarObjects } from "./history/far-objects.ts";
export type { Attachment, FarHistory, FarObjects, Version } from "./history/history.ts";
export { IdTable } from "./id-table.ts";
export { IndexError } from "./index-error.ts";
export type { IndexReader, VersionSummary } from "./index-reader.ts";
export { idf } from "./lexical/bm25.ts";
export { highlightSpans } from "./lexical/highlight.ts";
export type { LexicalQuery, TermFrequency, TermSpan, WordMass } from "./lexical/lexical.ts";
export { type Token, tokenize } from "./lexical/tokenize.ts";
export type { MergePlan } from "./merging.ts";
export {
  type FollowOptions,
  followIndex,
  type IndexFollower,
  type OpenOptions,
  openIndexStore,
} from "./open.ts";
export { PackedTexts } from "./packed-texts.ts";
export { exportIndex, restoreIndex } from "./portable.ts";
export type { Retention } from "./retention.ts";
export type { RowSet } from "./row-set.ts";
export type { Found, GroupsFound, LexicalFound, Searcher } from "./searcher.ts";
export type { IndexStore } from "./store.ts";
export type { RowIds, VersionRows } from "./version-rows.ts";
export type { CommitOptions } from "./writer.ts";
