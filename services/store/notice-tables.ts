// Rows of what people are told: what happened, and who is told of it. Times are integer milliseconds, booleans 0 or 1.
import type { CollectionId, NewsId, NoticeId, UserId } from "#services/domain/ids.ts";

/** What happened in a collection, until those are told who want to know. */
export interface NewsRow {
  id: NewsId;
  /** "import-done" | "import-failed" | "alert" */
  kind: string;
  collection_id: CollectionId;
  /** The upload, or the concept. */
  subject: string;
  /** Whom it concerns; null for everybody who may open the collection. */
  user_id: UserId | null;
  /** New alerts. */
  count: number;
  at: number;
}

/** The same, told to one person, as far as they want to know. */
export interface NoticeRow {
  id: NoticeId;
  user_id: UserId;
  kind: string;
  collection_id: CollectionId;
  subject: string;
  count: number;
  at: number;
  /** 1 where it is shown in the app. */
  in_app: number;
  seen_at: number | null;
  /** "none" | "due" | "sent" | "given-up" */
  mail: string;
  /** When it is to be sent; 0 where it is not. */
  mail_at: number;
  /** How often it was tried to send it. */
  tries: number;
}
