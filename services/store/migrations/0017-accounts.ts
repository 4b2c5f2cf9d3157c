// Migration 17: people and how they sign in, organizations, members, teams, keys, who may open a collection, and the audit log.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { id, long, makeTable, type Table, tag, whole, word } from "./server-table.ts";

const tables: Readonly<Record<string, Table>> = {
  organizations: {
    columns: [
      id("id"),
      word("name"),
      whole("requires_second_factor keeps_search_texts=0 created_at"),
    ],
    primary: "id",
  },
  server_settings: { columns: [tag("name"), long("value")], primary: "name" },
  users: {
    columns: [
      id("id"),
      word("email name"),
      long("password_hash?"),
      tag("state"),
      whole("created_at verified_at?"),
      long("totp? totp_pending?"),
      whole("totp_step"),
      long("preferences"),
    ],
    primary: "id",
    unique: { by_email: "email" },
  },
  user_sessions: {
    columns: [
      id("id user_id in_organization"),
      whole("created_at used_at until"),
      word("device"),
      tag("network"),
      whole("ended_at?"),
      tag("ended_by?"),
    ],
    primary: "id",
    indexes: { by_user: "user_id ended_at", by_time: "until" },
  },
  refresh_tokens: {
    columns: [id("hash session_id"), whole("until used_at?"), long("answer?")],
    primary: "hash",
    indexes: { by_session: "session_id", by_time: "until" },
  },
  links: {
    columns: [
      id("hash"),
      tag("kind"),
      id("id in_organization? user_id?"),
      word("email?"),
      tag("role?"),
      id("made_by?"),
      whole("created_at until used_at?"),
      long("sealed?"),
    ],
    primary: "hash",
    indexes: { by_kind: "kind in_organization", by_id: "id", by_time: "until" },
  },
  recovery_codes: { columns: [id("user_id hash")], primary: "user_id hash" },
  identities: {
    columns: [
      tag("issuer subject"),
      id("user_id"),
      tag("provider"),
      word("email?"),
      tag("role?"),
      whole("created_at"),
    ],
    primary: "issuer subject",
    indexes: { by_user: "user_id" },
  },
  passkeys: {
    columns: [
      id("id user_id"),
      long("credential public_key"),
      whole("counter"),
      tag("transports site"),
      word("name"),
      whole("created_at used_at?"),
    ],
    primary: "id",
    indexes: { by_user: "user_id" },
  },
  spent: { columns: [tag("id"), whole("until")], primary: "id", indexes: { by_time: "until" } },
  tries: {
    columns: [tag("name"), whole("count until")],
    primary: "name",
    indexes: { by_time: "until" },
  },
  used: {
    columns: [tag("name"), whole("since count until")],
    primary: "name",
    indexes: { by_time: "until" },
  },
  memberships: {
    columns: [id("org_id user_id"), tag("role state"), whole("joined_at")],
    primary: "org_id user_id",
    indexes: { by_user: "user_id" },
  },
  teams: {
    columns: [id("org_id id"), word("name"), whole("created_at")],
    primary: "id",
    unique: { of_organization: "org_id id" },
  },
  team_members: {
    columns: [id("org_id team_id user_id")],
    primary: "org_id team_id user_id",
    of: ["team_id", "teams"],
    indexes: { by_user: "org_id user_id" },
  },
  collection_access: {
    columns: [id("org_id collection_id principal"), whole("level")],
    primary: "org_id collection_id principal",
    of: ["collection_id", "collections"],
    indexes: { by_principal: "org_id principal" },
  },
  api_keys: {
    columns: [
      id("org_id id user_id"),
      word("name"),
      tag("prefix"),
      id("hash"),
      tag("scopes"),
      long("collections?"),
      whole("created_at until? used_at?"),
    ],
    primary: "id",
    unique: { by_hash: "hash" },
    indexes: { by_user: "org_id user_id" },
  },
  shares: {
    columns: [
      id("org_id id collection_id hash made_by"),
      long("target title password_hash?"),
      whole("created_at until opened opened_at?"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    unique: { by_hash: "hash" },
    indexes: { by_collection: "org_id collection_id" },
  },
  search_counts: {
    columns: [
      id("org_id"),
      whole("day"),
      tag("mode"),
      whole("searches empty"),
      long("times opened"),
    ],
    primary: "org_id day mode",
  },
  search_texts: {
    columns: [id("org_id"), whole("day"), word("text"), whole("searches empty")],
    primary: "org_id day text",
  },
  audit: {
    columns: [
      id("org_id"),
      whole("seq at"),
      word("actor"),
      id("actor_id?"),
      tag("action target?"),
      long("details"),
      tag("network?"),
      id("seal"),
    ],
    primary: "org_id seq",
    indexes: { by_time: "org_id at" },
  },
};

export const accounts =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    for (const [name, table] of Object.entries(tables)) await makeTable(db, kind, name, table);
  };
