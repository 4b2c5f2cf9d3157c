// The door of the store: rows are always read and written through the functions exported here.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.

export * from "./accounts/accounts.ts";
export {
  type AlertToPost,
  chunkPlaces,
  conceptsWithPosts,
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
  failOpenAnalyses,
  finishAnalysis,
  listAnalyses,
  newestDone,
  requestAnalysis,
  type StoredAnalysis,
  saveProgress,
} from "./analyses.ts";
export { saveSettings, settingsOf } from "./analysis-settings.ts";
export { isAtRest, isReading } from "./at-rest.ts";
export {
  attachmentKeysOf,
  attachmentsOf,
  type BroughtAttachments,
  findShownAttachment,
  hasAttachment,
  keepsAttachments,
} from "./attachments.ts";
export { authorsCalled, authorsIn } from "./author-names.ts";
export { type Backlog, readBacklog } from "./backlog.ts";
export {
  batchesIn,
  type ChunkToIndex,
  chunksOfBatch,
  closeBatch,
  dueForIndex,
  embeddedBatch,
  findBatch,
} from "./batches.ts";
export {
  type Beginning,
  findLonger,
  findShorter,
  hasBeginnings,
  isThere,
} from "./beginnings.ts";
export { erasingOrigins, type HiddenRows, hiddenRows } from "./being-erased.ts";
export { checkDatabase, type DatabaseCheck, damageOf } from "./check-database.ts";
export { chunksOfConversations, conversationsOfLabel } from "./chunk-conversations.ts";
export { changedTexts, purgedTexts } from "./cleaning/changed-texts.ts";
export { cleanChosen, cleanCopies } from "./cleaning/copies.ts";
export { type Entry, entriesOf } from "./cleaning/entries.ts";
export {
  type FindingPlace,
  foundIn,
  type ListedFinding,
  listFindings,
  openFoundCounts,
  refusedAmong,
} from "./cleaning/findings.ts";
export { filenameOf } from "./cleaning/names.ts";
export { saveProblems } from "./cleaning/problems.ts";
export {
  forgetAttachments,
  forgetFile,
  holdsRefused,
  keptDocuments,
  refusedFiles,
  refusedMedia,
} from "./cleaning/refused-files.ts";
export {
  cleaningOf,
  type IndexRules,
  indexRulesOf,
  rulesIn,
  saveCleaning,
} from "./cleaning/rules.ts";
export {
  type CollectionStats,
  changeCollection,
  collectionOf,
  collectionStats,
  createCollection,
  everyCollection,
  findCollection,
  listCollections,
  modelOfCollection,
} from "./collections.ts";
export {
  columnsOfUpload,
  forgetColumns,
  isUnread,
  keepColumns,
  keptColumnsOf,
  MOST_SEEN,
  readWithColumns,
  requireFitting,
  saveSeenTables,
} from "./columns.ts";
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
export { type ConversationSizes, conversationSizes } from "./conversation-sizes.ts";
export {
  findShownMessage,
  listConversations,
  pageOfMessages,
  type ShownMessage,
} from "./conversations.ts";
export { type CopiedDatabase, copyDatabase } from "./copy-database.ts";
export {
  type Database,
  type DatabaseKind,
  type MigrationState,
  migrationsOf,
  openDatabase,
} from "./database.ts";
export { digest, randomName } from "./digest.ts";
export {
  chunksToPurge,
  conversationsOf,
  deleteOrigin,
  deletePiece,
  purgedChunks,
  purgedIndex,
} from "./erase.ts";
export { forgetErased } from "./erase-analyses.ts";
export { requestCollectionErasure, requestOriginErasure } from "./erase-requests.ts";
export { eraseUnfilled } from "./erase-unfilled.ts";
export { exchangeFacts } from "./exchange-members.ts";
export { exportedConversations, exportedMessages } from "./export-rows.ts";
export {
  conversationsById,
  findMergedConversation,
  findShownConversation,
} from "./find-conversation.ts";
export { chunkMessages, type FrameMessage, type FramePage, streamFrameRows } from "./frame-rows.ts";
export {
  healthOf,
  repairGivenUp,
  reportDamage,
  requestRepair,
  saveHealth,
  shownHealth,
} from "./health.ts";
export { hydrateHits } from "./hits.ts";
export {
  attachmentKeys,
  homeOf,
  type KnownFiles,
  knownFilesOf,
  readKnownFiles,
} from "./home-row.ts";
export { claimModel, committedVersion, removedChunks, saveVersion } from "./indexed.ts";
export { chunksByIds, liveChunks, someChunks } from "./indexed-chunks.ts";
export { type IngestPart, saveFacts, saveParts } from "./ingest.ts";
export { addJob, dropBuried, enqueue, enqueueMissing, type NewJob } from "./jobs.ts";
export { chunksOfLabel, createLabel, deleteLabel, listLabels, type StoredLabel } from "./labels.ts";
export { type Lease, type LeaseHolder, type Leases, openLeases } from "./leases.ts";
export { findAnswer, saveAnswer } from "./llm-names.ts";
export { deleteLeftCopies } from "./merged/end.ts";
export { erasedTogether, eraseFromAny } from "./merged/erase-merged.ts";
export { readChats } from "./merged/read-chats.ts";
export { askToEndMerge, askToMerge, requireMergeable } from "./merged/requests.ts";
export { mergedInto, mergesIn, shownAs, unsettledIn } from "./merged/rule.ts";
export { settleMerged } from "./merged/settle.ts";
export { suggestMerges } from "./merged/suggest.ts";
export { markOriginal } from "./missing-originals.ts";
export {
  changeModel,
  countModelUses,
  findDefaultModel,
  findModel,
  listModels,
  type ModelRow,
  removeModel,
  saveModel,
  setDefaultModel,
} from "./models.ts";
export { markGone } from "./newest.ts";
export type { NewsRow, NoticeRow } from "./notice-tables.ts";
export {
  keepsSearchTexts,
  listOrganizations,
  type OwnedCollection,
  ownerOfCollection,
} from "./organizations.ts";
export { findOrigin, type Origin, unknownOrigin } from "./origins.ts";
export { adoptOwnNames, everyOwnName } from "./people/adopt-own.ts";
export { alsoCalled, type WrittenBy, writtenBy, writtenNames } from "./people/authors.ts";
export {
  editPeople,
  listPeopleEdits,
  type StoredPeopleEdit,
  undoPeopleEdit,
} from "./people/edits.ts";
export { forgetErasedAuthors } from "./people/forget.ts";
export { dismissedPairs, dismissPairs, guessedBots, saidOfNames } from "./people/names.ts";
export { ownNames, sayOwn, toldOwners, whoIsMe } from "./people/own.ts";
export { savedBefore } from "./reader.ts";
export {
  type Rechunked,
  type StoredMessage,
  saveConversationEnds,
} from "./rechunk.ts";
export { cutAgain, isCutBefore, recutProgress } from "./recut.ts";
export { openRehearsal, type Rehearsal } from "./rehearsal.ts";
export { oldCopies, requireNotReplaced, wayOut } from "./replaced-uploads.ts";
export { reserveBytes, storedBytes } from "./reserved-bytes.ts";
export { type Marks, marksOf, revise } from "./revisions.ts";
export type { Rows, Store, SystemRows } from "./rows.ts";
export { readSegment, saveSegment, sumsInPages } from "./segments.ts";
export { placeOfServer } from "./server/server-database.ts";
export { type Cutter, cutSession } from "./session-ends.ts";
export {
  type Appended,
  type AppendedMessage,
  findSession,
  lastAppended,
  openSession,
  pendingSessions,
  saveAppended,
  saveSessionEnded,
} from "./sessions.ts";
export { textsOfMessages } from "./shown-texts.ts";
export { type Kept, readKept } from "./stored.ts";
export { sumsOf } from "./sums.ts";
export type {
  AttachmentRow,
  BatchRow,
  CollectionRow,
  ConversationRow,
  JobRow,
  MessageRow,
  OwnedJobRow,
  SessionRow,
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
  confirmUpload,
  endUnconfirmed,
  failInspection,
  noteFileDeleted,
  saveInspected,
  saveInspectedTables,
  saveInspection,
  startInspection,
} from "./unconfirmed.ts";
export { abandonStale, UNFINISHED_MS } from "./unfinished-uploads.ts";
export { listUploads, readUpload, uploadView } from "./upload-views.ts";
export {
  abandonUpload,
  attachmentPrefix,
  blobPrefix,
  cancelUpload,
  createUpload,
  failUpload,
  fileRefused,
  findUpload,
  findUploadByKey,
  finishReading,
  isFinal,
  receivedUpload,
  requeueUpload,
  retryUpload,
  settleUploads,
  startReading,
} from "./uploads.ts";
