// The door of the store: rows are always read and written through the functions exported here.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export {
  type AlertToPost,
  chunkPlaces,
  failedPost,
  listAlerts,
  markAlertsSeen,
  type NewAlert,
  nextPost,
  postedAlerts,
  raiseAlerts,
  type StoredAlert,
  unseenAlerts,
  type WaitingPost,
} from "./alerts.ts";
export {
  beginAnalysis,
  currentAnalysis,
  enqueueAnalysis,
  type FoundEvent,
  failAnalysis,
  finishAnalysis,
  listAnalyses,
  newestDone,
  requestAnalysis,
  type StoredAnalysis,
  saveProgress,
} from "./analyses.ts";
export { saveSettings, settingsOf } from "./analysis-settings.ts";
export {
  batchesIn,
  type ChunkToIndex,
  chunksOfBatch,
  dueForIndex,
  embeddedBatch,
  findBatch,
} from "./batches.ts";
export { erasingUploads, hiddenChunks } from "./being-erased.ts";
export { failForBuriedJob, resumeForRetriedJob } from "./buried.ts";
export { checkDatabase, type DatabaseCheck, damageOf } from "./check-database.ts";
export { chunksOfConversations, conversationsOfLabel } from "./chunk-conversations.ts";
export {
  type CollectionStats,
  changeCollection,
  collectionOf,
  collectionStats,
  createCollection,
  everyCollection,
  findCollection,
  listCollections,
} from "./collections.ts";
export {
  changeConcept,
  createConcept,
  deleteConcept,
  findConcept,
  judgeExample,
  keepTraining,
  listConcepts,
  type StoredConcept,
  type StoredExample,
  type StoredTraining,
} from "./concepts.ts";
export {
  findShownConversation,
  findShownMessage,
  listConversations,
  pageOfMessages,
  type ShownMessage,
} from "./conversations.ts";
export { type Database, openDatabase } from "./database.ts";
export { digest, randomName } from "./digest.ts";
export {
  chunksToPurge,
  conversationsOf,
  deletePiece,
  deleteUpload,
  eraseFromConversation,
  purgedChunks,
  purgedIndex,
  requestCollectionErasure,
  requestUploadErasure,
} from "./erase.ts";
export { forgetErased } from "./erase-analyses.ts";
export { chunkMessages, type FrameMessage, type FramePage, streamFrameRows } from "./frame-rows.ts";
export { healthOf, reportDamage, requestRepair, saveHealth } from "./health.ts";
export { hydrateHits } from "./hits.ts";
export { homeOf, type KnownFiles, readKnownFiles } from "./home-row.ts";
export { claimModel, committedVersion, removedChunks, repairView } from "./indexed.ts";
export { chunksByIds, liveChunks } from "./indexed-chunks.ts";
export { type IngestPart, saveFacts, saveParts } from "./ingest.ts";
export { addJob, dropBuried, enqueue, enqueueMissing, type NewJob } from "./jobs.ts";
export { chunksOfLabel, createLabel, deleteLabel, listLabels, type StoredLabel } from "./labels.ts";
export { findAnswer, saveAnswer } from "./llm-names.ts";
export { markOriginal } from "./missing-originals.ts";
export { listOrganizations, ownerOfCollection } from "./organizations.ts";
export {
  type Rechunked,
  readToChunk,
  type StoredMessage,
  saveConversationEnds,
  sumsOf,
} from "./rechunk.ts";
export { repairAnalyses } from "./repair-analyses.ts";
export { type Marks, marksOf } from "./revisions.ts";
export type { Rows, Store, SystemRows } from "./rows.ts";
export { textsOfMessages } from "./shown-texts.ts";
export type {
  BatchRow,
  CollectionRow,
  ConversationRow,
  JobRow,
  MessageRow,
  OwnedJobRow,
  UploadRow,
} from "./tables.ts";
export { appendEdit, listEdits, pendingEdits, type StoredEdit, undoEdit } from "./topic-edits.ts";
export {
  type FoundTopic,
  findTopic,
  listDeadTopics,
  listTopicEvents,
  listTopics,
  type StoredEvent,
  type StoredTopic,
} from "./topics.ts";
export { triesOfAnalysis } from "./tries.ts";
export {
  abandonStale,
  abandonUpload,
  blobPrefix,
  cancelUpload,
  createUpload,
  failUpload,
  findUpload,
  findUploadByKey,
  finishReading,
  isAtRest,
  isReading,
  listUploads,
  readUpload,
  receivedUpload,
  retryUpload,
  startReading,
  uploadView,
} from "./uploads.ts";
export { watchUpload } from "./watch.ts";
