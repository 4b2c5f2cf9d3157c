// The tables of accounts: people and how they sign in, of no organization; members, teams, keys, access and audit, of one each.
import type {
  ApiKeyId,
  CollectionId,
  InvitationId,
  LookId,
  OrganizationId,
  ShareId,
  TeamId,
  UserId,
  UserSessionId,
} from "#services/domain/ids.ts";
import type { NewsRow, NoticeRow } from "./notice-tables.ts";

export interface OrganizationRow {
  id: OrganizationId;
  name: string;
  requires_second_factor: number;
  /** 1 where it wants to know what is searched for, and not only how often. */
  keeps_search_texts: number;
  /** 1 where owners and admins may look at the app as members see it. */
  allows_looking: number;
  created_at: number;
}

/** What holds for the whole server, by name. */
export interface ServerSettingRow {
  name: string;
  value: string;
}

export interface UserRow {
  id: UserId;
  /** In lower case: nobody else has it. */
  email: string;
  name: string;
  /** As Argon2 writes it; null for somebody who signs in elsewhere. */
  password_hash: string | null;
  /** "active" | "deleted" (its e-mail address is free again) */
  state: string;
  created_at: number;
  /** When it was shown that the address is theirs; null before. */
  verified_at: number | null;
  /** The secret of one-time codes, sealed; null where there is none. */
  totp: string | null;
  /** One that was made and not yet confirmed by a code. */
  totp_pending: string | null;
  /** The step of the last code that was taken: none is taken twice. */
  totp_step: number;
  /** JSON, contract/accounts.ts preferences. */
  preferences: string;
}

/** A browser or program in which somebody signed in, until it is ended. */
export interface UserSessionRow {
  id: UserSessionId;
  user_id: UserId;
  /** The organization that it works in now. */
  in_organization: OrganizationId;
  created_at: number;
  used_at: number;
  /** Ends then, however much it is used. */
  until: number;
  /** Such as "Firefox on Linux". */
  device: string;
  /** The network part of the address. */
  network: string;
  /** When its person last proved by a passkey that it is still them; null before. */
  proved_at: number | null;
  ended_at: number | null;
  /** Why: "signed-out" | "ended" | "stolen" | "password" | "suspended" … */
  ended_by: string | null;
}

/** Each is used once; the next one comes with the answer. */
export interface RefreshTokenRow {
  /** SHA-256 of the token. */
  hash: string;
  session_id: UserSessionId;
  until: number;
  used_at: number | null;
  /** What it was answered with, sealed: asked again within seconds (a lost answer, two tabs), it is answered the same. */
  answer: string | null;
}

/** A link that does one thing once: "setup" | "invitation" | "reset" | "verify". */
export interface LinkRow {
  /** SHA-256 of its token. */
  hash: string;
  kind: string;
  id: InvitationId;
  in_organization: OrganizationId | null;
  user_id: UserId | null;
  email: string | null;
  role: string | null;
  made_by: UserId | null;
  created_at: number;
  until: number;
  used_at: number | null;
  /** What it needs beside, sealed: of a registration the name and the hash of the password. */
  sealed: string | null;
}

export interface RecoveryCodeRow {
  user_id: UserId;
  /** SHA-256 of the code. */
  hash: string;
}

/** Somebody as another server knows them. */
export interface IdentityRow {
  issuer: string;
  subject: string;
  user_id: UserId;
  provider: string;
  /** The address that the other server knows, to be shown. */
  email: string | null;
  /** The role that its groups gave at the last sign-in. */
  role: string | null;
  created_at: number;
}

/** Where people may sign in instead, added here; those of the settings are in no table. */
export interface SignInProviderRow {
  id: string;
  kind: string;
  name: string;
  /** "on" | "off" (nobody signs in there; it is kept) */
  state: string;
  /** JSON: what its kind needs, without secrets. */
  settings: string;
  /** JSON of its secrets, sealed; null where it has none. */
  sealed: string | null;
  /** 1, 2, 3 …: one more at each change, so that of two changes at once the second is refused. */
  revision: number;
  created_at: number;
  changed_at: number;
}

/** A passkey; nothing of it is secret. */
export interface PasskeyRow {
  /** SHA-256 of the credential's id, which may be 1,000 bytes long. */
  id: string;
  user_id: UserId;
  /** Base64url, as browsers name it. */
  credential: string;
  /** Base64url. */
  public_key: string;
  /** Greater at every use, or always 0 where the device does not count. */
  counter: number;
  /** How browsers reach it, with spaces between. */
  transports: string;
  /** The host that it is for. */
  site: string;
  name: string;
  created_at: number;
  used_at: number | null;
}

/** A person's picture, without anything in it but the picture. */
export interface PictureRow {
  user_id: UserId;
  /** Of its bytes: another picture has another one. */
  tag: string;
  /** "image/png" | "image/jpeg" | "image/webp" */
  type: string;
  bytes: Uint8Array;
  changed_at: number;
}

/** Something that is taken once, until its time is over: a pending sign-in elsewhere, a half sign-in. */
export interface SpentRow {
  id: string;
  until: number;
}

/** Failed tries of one kind at one place: an account, an address, everywhere. */
export interface TryRow {
  name: string;
  count: number;
  /** When they are forgotten. */
  until: number;
}

/** How much of something was used within a time, by name: requests in a minute, tokens in a day. */
export interface UsedRow {
  name: string;
  /** When the time began. */
  since: number;
  count: number;
  /** When it is over, and the row of no use. */
  until: number;
}

/** What is set for one organization; null: as the server's settings say; 0: any number. */
export interface QuotaRow {
  requests_per_minute: number | null;
  tokens_per_day: number | null;
  stored_bytes: number | null;
}

export interface MembershipRow {
  user_id: UserId;
  /** contract/accounts.ts memberRole */
  role: string;
  /** "active" | "suspended" | "invited" (made by SCIM; nobody has joined yet) */
  state: string;
  joined_at: number;
  /** Null for the first owner, for whoever came by a sign-in provider, and where it is not known any more. */
  invited_by: UserId | null;
}

/** A member or a team that another server looks after by SCIM, with what it says of them. */
export interface ProvisionedRow {
  /** Of a user or a team. */
  id: UserId | TeamId;
  /** What the other server calls it. */
  external_id: string | null;
  /** Of a user the address that the other server knows, folded; null of a team. */
  name: string | null;
  /** JSON, contract/scim.ts: what was given of it, as it was given. */
  given: string;
  /** Of a user: when they joined by signing in or by an invitation; null while they have not. */
  joined_at: number | null;
  changed_at: number;
}

export interface TeamRow {
  id: TeamId;
  name: string;
  created_at: number;
}

export interface TeamMemberRow {
  team_id: TeamId;
  user_id: UserId;
}

/** Who may open a collection. */
export interface CollectionAccessRow {
  collection_id: CollectionId;
  /** A user's or a team's id, or "everybody" in the organization. */
  principal: string;
  /** 1 read, 2 edit, 3 manage */
  level: number;
}

export interface ApiKeyRow {
  id: ApiKeyId;
  /** Whose rights it has at most. */
  user_id: UserId;
  name: string;
  prefix: string;
  /** SHA-256 of the whole key. */
  hash: string;
  /** contract/accounts.ts keyScope, with spaces between. */
  scopes: string;
  /** JSON array of ids; null for all that the user reaches. */
  collections: string | null;
  created_at: number;
  until: number | null;
  used_at: number | null;
}

/** A link by which whoever has it reads one thing. */
export interface ShareRow {
  id: ShareId;
  collection_id: CollectionId;
  /** SHA-256 of its token. */
  hash: string;
  /** JSON, contract/shares.ts shareTarget */
  target: string;
  title: string;
  made_by: UserId;
  password_hash: string | null;
  created_at: number;
  until: number;
  opened: number;
  opened_at: number | null;
}

/** A time in which somebody looks, or looked, at the app as somebody else. */
export interface LookRow {
  id: LookId;
  /** As whom. */
  user_id: UserId;
  /** Who; null for the command line beside the data. */
  by_id: UserId | null;
  /** It ends with this session. */
  by_session: UserSessionId | null;
  reason: string;
  begun_at: number;
  until: number;
  ended_at: number | null;
  /** Why: "stopped" | "time" | "signed out" | "suspended" | "not allowed" | "turned off" | "begun anew" */
  ended_by: string | null;
}

/** Searches of one day in one mode, counted. */
export interface SearchCountRow {
  /** Since 1970-01-01, in UTC. */
  day: number;
  mode: string;
  searches: number;
  /** Without a hit. */
  empty: number;
  /** JSON: how many took at most each of `searchTimes` ms, and longer. */
  times: string;
  /** JSON: how often the first, second … hit was opened; those behind the last are one number. */
  opened: string;
}

/** What was searched for, where an organization wants to know. */
export interface SearchTextRow {
  day: number;
  /** In lower case, cut. */
  text: string;
  searches: number;
  empty: number;
}

/** Written once and never changed. Each entry seals the one before it. */
export interface AuditRow {
  /** 1, 2, 3 … without a gap. */
  seq: number;
  at: number;
  actor: string;
  actor_id: string | null;
  action: string;
  target: string | null;
  /** JSON object of ids, names and numbers. */
  details: string;
  network: string | null;
  /** HMAC-SHA256 over the entry and the seal of the entry before, with a key that is not in the database. */
  seal: string;
}

/** Tables whose rows belong to an organization. */
export interface OwnedAccountRows {
  memberships: MembershipRow;
  teams: TeamRow;
  team_members: TeamMemberRow;
  provisioned: ProvisionedRow;
  collection_access: CollectionAccessRow;
  api_keys: ApiKeyRow;
  audit: AuditRow;
  shares: ShareRow;
  news: NewsRow;
  notices: NoticeRow;
  search_counts: SearchCountRow;
  search_texts: SearchTextRow;
  looks: LookRow;
  quotas: QuotaRow;
}

/** Tables of the whole server. */
export interface SharedAccountRows {
  organizations: OrganizationRow;
  server_settings: ServerSettingRow;
  users: UserRow;
  user_sessions: UserSessionRow;
  refresh_tokens: RefreshTokenRow;
  links: LinkRow;
  recovery_codes: RecoveryCodeRow;
  identities: IdentityRow;
  passkeys: PasskeyRow;
  pictures: PictureRow;
  sign_in_providers: SignInProviderRow;
  spent: SpentRow;
  tries: TryRow;
  used: UsedRow;
}
