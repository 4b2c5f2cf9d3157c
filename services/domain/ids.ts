// The ids: branded strings, derived from content where possible, so that doing something twice gives the same id.
declare const brand: unique symbol;
type Brand<B extends string> = string & { readonly [brand]: B };

export type OrganizationId = Brand<"organization">;
export type CollectionId = Brand<"collection">;
export type UploadId = Brand<"upload">;
export type SessionId = Brand<"session">;
/** Where a message comes from: an upload, or a live session. */
export type OriginId = UploadId | SessionId;
export type ConversationId = Brand<"conversation">;
export type MessageId = Brand<"message">;
export type ChunkId = Brand<"chunk">;
/** Of a file of a message that is kept. */
export type AttachmentId = Brand<"attachment">;
export type BatchId = Brand<"batch">;
export type JobId = Brand<"job">;
export type AnalysisId = Brand<"analysis">;
export type TopicId = Brand<"topic">;
export type EditId = Brand<"edit">;
export type LabelId = Brand<"label">;
export type ConceptId = Brand<"concept">;
export type AlertId = Brand<"alert">;
export type UserId = Brand<"user">;
/** Of a browser or program in which somebody signed in. */
export type UserSessionId = Brand<"user-session">;
export type ApiKeyId = Brand<"api-key">;
export type TeamId = Brand<"team">;
export type InvitationId = Brand<"invitation">;
export type ShareId = Brand<"share">;
export type NewsId = Brand<"news">;
export type NoticeId = Brand<"notice">;
/** Of a time in which somebody looks at the app as somebody else. */
export type LookId = Brand<"look">;

/** Of an edit of the people in a collection. */
export type PeopleEditId = Brand<"people-edit">;

/** The organization that everything belongs to until there are accounts. */
export const defaultOrganization = "org_default" as OrganizationId;

/** Hashes a text to a short, URL-safe, collision-resistant string (≥ 120 bits). Passed in, so that this file runs in a browser too. */
export type Digest = (text: string) => string;

/** Separates the parts that are hashed; it cannot occur in an id and is removed from texts. */
const SEPARATOR = "\u0000";
const joined = (parts: readonly (string | number | null)[]) =>
  parts.map((part) => (part === null ? "" : String(part))).join(SEPARATOR);

export const organizationId = (unique: string): OrganizationId => `org_${unique}` as OrganizationId;
export const collectionId = (unique: string): CollectionId => `col_${unique}` as CollectionId;
export const uploadId = (unique: string): UploadId => `upl_${unique}` as UploadId;
export const sessionId = (unique: string): SessionId => `ses_${unique}` as SessionId;
export const jobId = (unique: string): JobId => `job_${unique}` as JobId;
export const analysisId = (unique: string): AnalysisId => `ana_${unique}` as AnalysisId;
export const topicId = (unique: string): TopicId => `top_${unique}` as TopicId;
export const editId = (unique: string): EditId => `edt_${unique}` as EditId;
export const labelId = (unique: string): LabelId => `lab_${unique}` as LabelId;
export const conceptId = (unique: string): ConceptId => `con_${unique}` as ConceptId;
export const alertId = (unique: string): AlertId => `alr_${unique}` as AlertId;
export const userId = (unique: string): UserId => `usr_${unique}` as UserId;
export const userSessionId = (unique: string): UserSessionId => `sig_${unique}` as UserSessionId;
export const apiKeyId = (unique: string): ApiKeyId => `key_${unique}` as ApiKeyId;
export const teamId = (unique: string): TeamId => `tea_${unique}` as TeamId;
export const newsId = (unique: string): NewsId => `new_${unique}` as NewsId;
export const noticeId = (unique: string): NoticeId => `ntc_${unique}` as NoticeId;
export const shareId = (unique: string): ShareId => `sha_${unique}` as ShareId;
export const peopleEditId = (unique: string): PeopleEditId => `ped_${unique}` as PeopleEditId;
export const lookId = (unique: string): LookId => `lok_${unique}` as LookId;
export const invitationId = (unique: string): InvitationId => `inv_${unique}` as InvitationId;

/** The same source id in the same collection gives the same conversation. */
export const conversationId = (
  digest: Digest,
  collection: CollectionId,
  source: string,
  sourceId: string,
): ConversationId => `cnv_${digest(joined([collection, source, sourceId]))}` as ConversationId;

/** A message with an id in the source keeps its identity when it is edited. */
export const messageIdBySource = (
  digest: Digest,
  conversation: ConversationId,
  sourceId: string,
): MessageId => `msg_${digest(joined([conversation, "id", sourceId]))}` as MessageId;

/** A message without an id is identified by time, author, text and its number among equal ones. */
export const messageIdByContent = (
  digest: Digest,
  conversation: ConversationId,
  content: { at: number | null; author: string; text: string; ordinal: number },
): MessageId =>
  `msg_${digest(joined([conversation, "content", content.at, content.author, content.ordinal, content.text]))}` as MessageId;

/**
 * A chunk is identified by its messages, its part number and the embedded text; an exchange also by its answers. Rows with equal
 * scores are ordered by id, so the first eight characters depend only on text, author and time: the same file gets the same order in
 * every collection. Ids of exchanges begin differently, and come after those of messages.
 */
export const chunkId = (
  digest: Digest,
  conversation: ConversationId,
  content: {
    readonly messages: readonly MessageId[];
    readonly at: number | null;
    readonly author: string;
    readonly part: number;
    readonly text: string;
    readonly exchange?: {
      readonly answers: number;
      readonly best: MessageId | null;
    };
  },
): ChunkId => {
  const { messages, at, author, part, text, exchange } = content;
  const order = digest(joined([at, author, part, text])).slice(0, 8);
  const parts = [conversation, messages.join(","), part, text];
  if (exchange !== undefined) parts.push(`${exchange.answers}`, exchange.best ?? "");
  const own = digest(joined(parts)).slice(0, 18);
  return `${exchange === undefined ? "chk" : "exc"}_${order}${own}` as ChunkId;
};

/** Whether the id of a chunk is that of an exchange. */
export const isExchangeId = (id: string): boolean => id.startsWith("exc_");

/** A kept file is identified by the upload that brought it, its message and its number among the files of that. */
export const attachmentId = (
  digest: Digest,
  of: { readonly upload: UploadId; readonly message: MessageId; readonly place: number },
): AttachmentId => `att_${digest(joined([of.upload, of.message, of.place]))}` as AttachmentId;

/** A batch is identified by its origin and its number in it, not by the attempt. */
export const batchId = (origin: OriginId, ordinal: number): BatchId =>
  `bat_${origin.slice(4)}_${ordinal}` as BatchId;

const shapes = {
  org: /^org_[0-9a-z]{1,40}$/,
  col: /^col_[0-9a-z]{8,40}$/,
  upl: /^upl_[0-9a-z]{8,40}$/,
  ses: /^ses_[0-9a-z]{8,40}$/,
  cnv: /^cnv_[0-9a-z]{16,40}$/,
  msg: /^msg_[0-9a-z]{16,40}$/,
  chk: /^(?:chk|exc)_[0-9a-z]{16,40}$/,
  att: /^att_[0-9a-z]{16,40}$/,
  bat: /^bat_[0-9a-z_]{8,60}$/,
  job: /^job_[0-9a-z]{8,40}$/,
  top: /^top_[0-9a-z]{8,40}$/,
  edt: /^edt_[0-9a-z]{8,40}$/,
  lab: /^lab_[0-9a-z]{8,40}$/,
  con: /^con_[0-9a-z]{8,40}$/,
  alr: /^alr_[0-9a-z]{8,40}$/,
  usr: /^usr_[0-9a-z]{8,40}$/,
  sig: /^sig_[0-9a-z]{8,40}$/,
  key: /^key_[0-9a-z]{8,40}$/,
  tea: /^tea_[0-9a-z]{8,40}$/,
  inv: /^inv_[0-9a-z]{8,40}$/,
  sha: /^sha_[0-9a-z]{8,40}$/,
  ped: /^ped_[0-9a-z]{8,40}$/,
  lok: /^lok_[0-9a-z]{8,40}$/,
} as const;

/** Checks an id that came from outside (HTTP, job, row). `undefined` where it does not have that form. */
export const readOrganizationId = (text: string): OrganizationId | undefined =>
  shapes.org.test(text) ? (text as OrganizationId) : undefined;
export const readCollectionId = (text: string): CollectionId | undefined =>
  shapes.col.test(text) ? (text as CollectionId) : undefined;
export const readUploadId = (text: string): UploadId | undefined =>
  shapes.upl.test(text) ? (text as UploadId) : undefined;
export const readSessionId = (text: string): SessionId | undefined =>
  shapes.ses.test(text) ? (text as SessionId) : undefined;
export const isUploadId = (id: OriginId): id is UploadId => id.startsWith("upl_");
export const readOriginId = (text: string): OriginId | undefined =>
  readUploadId(text) ?? readSessionId(text);
export const readConversationId = (text: string): ConversationId | undefined =>
  shapes.cnv.test(text) ? (text as ConversationId) : undefined;
export const readMessageId = (text: string): MessageId | undefined =>
  shapes.msg.test(text) ? (text as MessageId) : undefined;
export const readChunkId = (text: string): ChunkId | undefined =>
  shapes.chk.test(text) ? (text as ChunkId) : undefined;
export const readAttachmentId = (text: string): AttachmentId | undefined =>
  shapes.att.test(text) ? (text as AttachmentId) : undefined;
export const readBatchId = (text: string): BatchId | undefined =>
  shapes.bat.test(text) ? (text as BatchId) : undefined;
export const readJobId = (text: string): JobId | undefined =>
  shapes.job.test(text) ? (text as JobId) : undefined;
export const readTopicId = (text: string): TopicId | undefined =>
  shapes.top.test(text) ? (text as TopicId) : undefined;
export const readEditId = (text: string): EditId | undefined =>
  shapes.edt.test(text) ? (text as EditId) : undefined;
export const readLabelId = (text: string): LabelId | undefined =>
  shapes.lab.test(text) ? (text as LabelId) : undefined;
export const readConceptId = (text: string): ConceptId | undefined =>
  shapes.con.test(text) ? (text as ConceptId) : undefined;
export const readAlertId = (text: string): AlertId | undefined =>
  shapes.alr.test(text) ? (text as AlertId) : undefined;
export const readUserId = (text: string): UserId | undefined =>
  shapes.usr.test(text) ? (text as UserId) : undefined;
export const readUserSessionId = (text: string): UserSessionId | undefined =>
  shapes.sig.test(text) ? (text as UserSessionId) : undefined;
export const readApiKeyId = (text: string): ApiKeyId | undefined =>
  shapes.key.test(text) ? (text as ApiKeyId) : undefined;
export const readTeamId = (text: string): TeamId | undefined =>
  shapes.tea.test(text) ? (text as TeamId) : undefined;
export const readShareId = (text: string): ShareId | undefined =>
  shapes.sha.test(text) ? (text as ShareId) : undefined;
export const readPeopleEditId = (text: string): PeopleEditId | undefined =>
  shapes.ped.test(text) ? (text as PeopleEditId) : undefined;
export const readLookId = (text: string): LookId | undefined =>
  shapes.lok.test(text) ? (text as LookId) : undefined;
export const readInvitationId = (text: string): InvitationId | undefined =>
  shapes.inv.test(text) ? (text as InvitationId) : undefined;
