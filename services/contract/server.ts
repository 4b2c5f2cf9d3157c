// What whoever runs the server is told of it, in responses: its settings, its model, what is stored, jobs that were given up.
import { z } from "zod";
import { instant } from "./common.ts";
import { givenUpJob } from "./job-list.ts";

export const settingSource = z.enum(["command-line", "environment", "home", "default"]);
export type SettingSource = z.infer<typeof settingSource>;

export const setting = z
  .object({
    /** PARLANCE_… */
    name: z.string(),
    meaning: z.string(),
    /** Where only some values are allowed. */
    allowed: z.array(z.string()),
    /** What is in force, without passwords; null for secrets, and where it has no value. */
    value: z.string().nullable(),
    /** What it is without anybody's doing; null where that is nothing, or depends on the machine. */
    default: z.string().nullable(),
    isSecret: z.boolean(),
    /** Whether somebody set it, or the server made one. */
    isSet: z.boolean(),
    source: settingSource,
  })
  .meta({ id: "Setting" });
export type Setting = z.infer<typeof setting>;

export const settingList = z
  .object({
    /** The server that answers: each of several has settings of its own. */
    host: z.string(),
    settings: z.array(setting),
    /** Names in its environment that are no settings, and the known name that each is nearest to. */
    unknown: z.array(z.object({ name: z.string(), near: z.string().nullable() })),
    /** Whether people sign in, and why: others than this machine reach it, it was turned on, or neither. */
    signIn: z.object({
      on: z.boolean(),
      source: z.enum(["environment", "database", "default"]),
    }),
  })
  .meta({ id: "SettingList" });
export type SettingList = z.infer<typeof settingList>;

export const modelFacts = z
  .object({
    id: z.string(),
    dim: z.int(),
    fingerprint: z.string(),
    /** Tokens that a text may have. */
    maxTokens: z.int(),
    /** Numbers of dimensions that its vectors may be shortened to. */
    matryoshka: z.array(z.int()),
    /** ISO 639-1 codes; null where it was made for many, or does not say. */
    languages: z.array(z.string()).nullable(),
    /** As its card names it, such as apache-2.0; null where it does not. */
    licence: z.string().nullable(),
    /** Of its files on the disk; null where it has none. */
    bytes: z.int().nullable(),
    /** What its vectors are computed on. */
    providers: z.object({
      asked: z.array(z.string()),
      active: z.string(),
      fallback: z.string().nullable(),
    }),
  })
  .meta({ id: "ModelFacts" });

export const modelUse = z.object({
  /** Null: collections that have no embedding yet. */
  id: z.string().nullable(),
  fingerprint: z.string().nullable(),
  /** Whether this server has it; others are searched by words only. */
  isHere: z.boolean(),
  organizations: z.int(),
  collections: z.int(),
  embeddings: z.int(),
  /** Those of these collections that whoever asks may open. */
  named: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type ModelUse = z.infer<typeof modelUse>;

export const modelReport = z
  .object({
    /** Null where it cannot be opened; /ready says why. */
    model: modelFacts.nullable(),
    /** In all organizations, the most used first. */
    uses: z.array(modelUse),
  })
  .meta({ id: "ModelReport" });
export type ModelReport = z.infer<typeof modelReport>;

export const storedCollection = z.object({
  id: z.string(),
  /** Null for one that whoever asks may not open. */
  name: z.string().nullable(),
  /** It is being deleted, and its bytes will be free. */
  isErasing: z.boolean(),
  messages: z.int(),
  files: z.int(),
  /** Of the files as they were uploaded. */
  fileBytes: z.int(),
  /** Of its index on this server's disk, with all versions and analyses; null where it is not there. */
  indexBytes: z.int().nullable(),
});
export type StoredCollection = z.infer<typeof storedCollection>;

export const storedOrganization = z.object({
  id: z.string(),
  name: z.string(),
  messages: z.int(),
  files: z.int(),
  /** The sum that the list of organizations has. */
  fileBytes: z.int(),
  indexBytes: z.int(),
  collections: z.array(storedCollection),
});
export type StoredOrganization = z.infer<typeof storedOrganization>;

export const storageReport = z
  .object({
    disk: z.object({
      freeBytes: z.int(),
      /** Kept free: below, imports and analyses wait. */
      reserveBytes: z.int(),
    }),
    /** What takes room, in bytes; null for files in a bucket. All but a database on a server is on this server's disks. */
    parts: z.object({
      database: z.int(),
      /** Uploaded files and waiting vectors, packed where that helps. */
      files: z.int().nullable(),
      indexes: z.int(),
      /** Copies of files that are kept elsewhere. */
      copies: z.int(),
      models: z.int(),
      backups: z.int(),
    }),
    /** Copies of the database that were made before an upgrade, the newest first. */
    backups: z.array(z.object({ name: z.string(), bytes: z.int(), at: instant })),
    /** By name. */
    organizations: z.array(storedOrganization),
  })
  .meta({ id: "StorageReport" });
export type StorageReport = z.infer<typeof storageReport>;

/** A job that was given up, of any organization: why is only told of those of one's own, since it may quote what somebody wrote. */
export const givenUpAnywhere = givenUpJob
  .extend({ organization: z.object({ id: z.string(), name: z.string() }) })
  .meta({ id: "GivenUpAnywhere" });
export type GivenUpAnywhere = z.infer<typeof givenUpAnywhere>;

export const givenUpList = z
  .object({
    /** Of all organizations, also of those past the first 200. */
    total: z.int(),
    /** Newest first, at most 200. */
    jobs: z.array(givenUpAnywhere),
  })
  .meta({ id: "GivenUpList" });
export type GivenUpList = z.infer<typeof givenUpList>;
