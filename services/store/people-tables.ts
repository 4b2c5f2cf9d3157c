// Tables about the people in a collection: which names are theirs, who is a bot, and whose exports they are.
import type { CollectionId, OriginId, PeopleEditId, UserId } from "#services/domain/ids.ts";

/** What was said by hand about a name, in one source or ("") in all of which nothing else is said. */
export interface PersonNameRow {
  collection_id: CollectionId;
  source: string;
  name: string;
  /** The name of its person; null where it is its own. */
  shown: string | null;
  /** 1 for a bot, 0 for none; null where nobody said so. */
  bot: number | null;
}

/** An author who seems to be a bot, as the newest analysis found. */
export interface GuessedBotRow {
  collection_id: CollectionId;
  name: string;
}

/** What somebody said of a name: that it is theirs, or is not. */
export interface OwnNameRow {
  collection_id: CollectionId;
  /** "" without accounts. */
  user_id: UserId | "";
  source: string;
  name: string;
  mine: number;
}

/** A name of whoever an origin is the export of, as the origin tells. */
export interface ToldOwnerRow {
  collection_id: CollectionId;
  origin_id: OriginId;
  source: string;
  name: string;
}

/** Two names of which somebody said that they are not one person; `one` < `other`. */
export interface DismissedRow {
  collection_id: CollectionId;
  one: string;
  other: string;
  at: number;
}

export interface PeopleEditRow {
  id: PeopleEditId;
  collection_id: CollectionId;
  /** Who did it; null without accounts. */
  user_id: UserId | null;
  at: number;
  /** "join" | "split" | "rename" | "bot" */
  kind: string;
  /** JSON: what was said of the names that it touched, and what is said since. */
  before: string;
  after: string;
  undone_at: number | null;
}

/** An author of what an origin's erasure deletes: what was said of a name that is gone then is to be forgotten. */
export interface ErasedAuthorRow {
  collection_id: CollectionId;
  origin_id: OriginId;
  name: string;
}

/** A name that an origin knows of an author. */
export interface AuthorNameRow {
  collection_id: CollectionId;
  origin_id: OriginId;
  source: string;
  /** As in `messages`. */
  author_id: string;
  name: string;
  /** As names are compared: domain/folded-name.ts. */
  folded: string;
  /** 1 where the author's messages are shown under it. */
  shown: number;
}

export interface PeopleRows {
  author_names: AuthorNameRow;
  person_names: PersonNameRow;
  guessed_bots: GuessedBotRow;
  own_names: OwnNameRow;
  told_owners: ToldOwnerRow;
  dismissed_people: DismissedRow;
  people_edits: PeopleEditRow;
  erased_authors: ErasedAuthorRow;
}
