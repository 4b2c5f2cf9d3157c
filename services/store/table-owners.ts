// Which tables belong to an organization, to a collection in it, or to the whole server: a table that is named in no list does not compile.
import type { SharedAccountRows } from "./account-tables.ts";
import type { TenantTable } from "./tables.ts";

const sharedTables = {
  organizations: true,
  server_settings: true,
  users: true,
  user_sessions: true,
  refresh_tokens: true,
  links: true,
  recovery_codes: true,
  identities: true,
  passkeys: true,
  pictures: true,
  sign_in_providers: true,
  spent: true,
  tries: true,
  used: true,
} as const satisfies Record<keyof SharedAccountRows, true>;

/** Of accounts, and of no organization. */
export const sharedTableNames = Object.keys(sharedTables) as readonly (keyof SharedAccountRows)[];

const tenantTables = {
  collections: true,
  uploads: true,
  sessions: true,
  conversations: true,
  messages: true,
  message_origins: true,
  message_states: true,
  conversation_origins: true,
  author_names: true,
  attachments: true,
  findings: true,
  merged_conversations: true,
  merged_messages: true,
  person_names: true,
  guessed_bots: true,
  own_names: true,
  told_owners: true,
  dismissed_people: true,
  people_edits: true,
  erased_authors: true,
  chunks: true,
  batches: true,
  analyses: true,
  topics: true,
  topic_events: true,
  topic_edits: true,
  labels: true,
  label_chunks: true,
  concepts: true,
  alerts: true,
  llm_names: true,
  jobs: true,
  memberships: true,
  teams: true,
  team_members: true,
  provisioned: true,
  collection_access: true,
  api_keys: true,
  audit: true,
  shares: true,
  news: true,
  notices: true,
  search_counts: true,
  search_texts: true,
  looks: true,
  quotas: true,
} as const satisfies Record<TenantTable, true>;

export const tenantTableNames = Object.keys(tenantTables) as readonly TenantTable[];

export const isTenantTable = (name: string): name is TenantTable =>
  Object.hasOwn(tenantTables, name);

/** Rows that belong to a collection only through another row, or to none. */
const ofNoCollection: ReadonlySet<string> = new Set<TenantTable>([
  "message_origins",
  "message_states",
  "conversation_origins",
  "label_chunks",
  "memberships",
  "teams",
  "team_members",
  "provisioned",
  "api_keys",
  "audit",
  "search_counts",
  "search_texts",
  "looks",
  "quotas",
]);

/** The column that names the collection of a row; undefined where its table has none. */
export const collectionColumnOf = (table: TenantTable): string | undefined =>
  table === "collections" ? "id" : ofNoCollection.has(table) ? undefined : "collection_id";
