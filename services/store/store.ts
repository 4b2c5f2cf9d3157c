// The door of the store: rows are always read and written through the functions exported here.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.

export type {
  AuditRow,
  IdentityRow,
  LinkRow,
  LookRow,
  MembershipRow,
  PasskeyRow,
  PictureRow,
  ProvisionedRow,
  QuotaRow,
  ShareRow,
  SignInProviderRow,
  TeamRow,
  UserRow,
  UserSessionRow,
} from "./account-tables.ts";
export {
  type Access,
  accessOf,
  accessTo,
  addApiKey,
  adoptCollections,
  EVERYBODY,
  type FoundApiKey,
  findApiKey,
  giveAccess,
  listApiKeys,
  managedAlone,
  removeApiKey,
  replaceAccess,
  usedApiKey,
} from "./accounts/access.ts";
export {
  type AuditQuestion,
  addAuditEntry,
  auditFrom,
  lastAuditEntry,
  listAudit,
  removeAuditBefore,
  seqOfAuditSince,
} from "./accounts/audit.ts";
export {
  addLook,
  endLookRow,
  everyOpenLook,
  findLook,
  forgetLooks,
  listLooksAs,
  openLooksOf,
} from "./accounts/looks.ts";
export {
  addMember,
  addOrganization,
  addTeam,
  changeMember,
  changeOrganization,
  everyOrganization,
  findMember,
  findOrganization,
  findTeam,
  type ListedMember,
  listMembers,
  listOwners,
  listTeams,
  type OrganizationUsage,
  removeMember,
  removeTeam,
  renameTeam,
  setTeamMembers,
  teamsOf,
  usageOf,
} from "./accounts/members.ts";
export {
  addNotice,
  forgetNotices,
  isNoticeDue,
  listNotices,
  oldestNews,
  readersOf,
  seeNotices,
  settleNotices,
  takeDueNotices,
  takeNews,
} from "./accounts/notices.ts";
export {
  addLink,
  dropInvitation,
  dropLinks,
  dropLinksTo,
  findLink,
  findSealedLink,
  forgetTries,
  giveTryBack,
  invitationsTo,
  listInvitations,
  readServerSetting,
  saveTries,
  spend,
  takeLink,
  triesOf,
  writeServerSetting,
} from "./accounts/once.ts";
export {
  addPasskey,
  countPasskeys,
  findPasskey,
  listPasskeys,
  removePasskey,
  removePasskeys,
  renamePasskey,
  takePasskeyCounter,
} from "./accounts/passkeys.ts";
export { findPicture, pictureTag, removePicture, setPicture } from "./accounts/pictures.ts";
export {
  addTeamMembers,
  countMembers,
  everyTeam,
  findProvisioned,
  findUsers,
  listProvisioned,
  membersAmong,
  membersOfTeams,
  pageOfMembers,
  provisionedAs,
  provisionedNamed,
  removeTeamMembers,
  saveProvisioned,
  setJoined,
  type TeamOfUser,
  teamsOfUsers,
} from "./accounts/provisioned.ts";
export { everyQuotas, findQuotas, saveQuotas } from "./accounts/quotas.ts";
export { replaceSealed, type SealedPlace, sealedOtherwise } from "./accounts/sealed.ts";
export {
  addSearches,
  type ChangedText,
  type CountedSearches,
  forgetSearchTexts,
  readSearchCounts,
  readSearchTexts,
  readTextChanges,
  searchTimes,
} from "./accounts/searches.ts";
export {
  addShare,
  countOpened,
  findShare,
  listShares,
  listSharesBy,
  removeShare,
} from "./accounts/shares.ts";
export {
  addSignInProvider,
  changeSignInProvider,
  countByProvider,
  listSignInProviders,
  peopleByProvidersOnly,
  removeSignInProvider,
} from "./accounts/sign-in-providers.ts";
export { addUsed, usedOf } from "./accounts/used.ts";
export {
  addRefreshToken,
  addUserSession,
  changeUserSession,
  devicesUsedSince,
  endUserSessions,
  findRefreshToken,
  findUserSession,
  forgetPast,
  listUserSessions,
  takeRefreshToken,
} from "./accounts/user-sessions.ts";
export {
  addIdentity,
  addUser,
  changeIdentity,
  changeUser,
  countRecoveryCodes,
  deleteUser,
  findIdentity,
  findUser,
  findUserByEmail,
  foldedEmail,
  forgetGone,
  listIdentities,
  type MembershipOf,
  membershipsOf,
  namesOf,
  removeIdentity,
  replaceRecoveryCodes,
  takeRecoveryCode,
  takeTotpStep,
} from "./accounts/users.ts";
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
  columnsOfUpload,
  forgetColumns,
  isUnread,
  keepColumns,
  keptColumnsOf,
  MOST_SEEN,
  readWithColumns,
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
  findShownConversation,
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
  eraseFromConversation,
  eraseUnfilled,
  purgedChunks,
  purgedIndex,
  requestCollectionErasure,
  requestOriginErasure,
} from "./erase.ts";
export { forgetErased } from "./erase-analyses.ts";
export { exchangeFacts } from "./exchange-members.ts";
export { exportedConversations, exportedMessages } from "./export-rows.ts";
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
export { homeOf, type KnownFiles, knownFilesOf, readKnownFiles } from "./home-row.ts";
export { claimModel, committedVersion, removedChunks, saveVersion } from "./indexed.ts";
export { chunksByIds, liveChunks } from "./indexed-chunks.ts";
export { type IngestPart, saveFacts, saveParts } from "./ingest.ts";
export { addJob, dropBuried, enqueue, enqueueMissing, type NewJob } from "./jobs.ts";
export { chunksOfLabel, createLabel, deleteLabel, listLabels, type StoredLabel } from "./labels.ts";
export { type Lease, type LeaseHolder, type Leases, openLeases } from "./leases.ts";
export { findAnswer, saveAnswer } from "./llm-names.ts";
export { markOriginal } from "./missing-originals.ts";
export { markGone } from "./newest.ts";
export type { NewsRow, NoticeRow } from "./notice-tables.ts";
export { keepsSearchTexts, listOrganizations, ownerOfCollection } from "./organizations.ts";
export { findOrigin, type Origin, unknownOrigin } from "./origins.ts";
export { alsoCalled, type WrittenBy, writtenBy } from "./people/authors.ts";
export {
  editPeople,
  listPeopleEdits,
  type StoredPeopleEdit,
  undoPeopleEdit,
} from "./people/edits.ts";
export { dismissedPairs, dismissPairs, guessedBots, saidOfNames } from "./people/names.ts";
export { ownNames, sayOwn, toldOwners, whoIsMe } from "./people/own.ts";
export {
  type Rechunked,
  type StoredMessage,
  saveConversationEnds,
} from "./rechunk.ts";
export { cutAgain, isCutBefore } from "./recut.ts";
export { openRehearsal, type Rehearsal } from "./rehearsal.ts";
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
  noteFileDeleted,
  saveInspected,
  saveInspection,
} from "./unconfirmed.ts";
export { listUploads, readUpload, uploadView } from "./upload-views.ts";
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
  isFinal,
  receivedUpload,
  requeueUpload,
  retryUpload,
  settleUploads,
  startReading,
} from "./uploads.ts";
