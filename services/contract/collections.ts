// Collections and their versions, in requests and responses.
import { z } from "zod";
import { collectionHealth, instant } from "./common.ts";
import { accessLevel } from "./organizations.ts";

/** Whether an import waits for a person who has seen what is in the file. */
export const confirmImports = z.enum(["never", "always"]);
export type ConfirmImports = z.infer<typeof confirmImports>;

/** Whether the files of messages are kept, where an upload contains them. */
export const keepAttachments = z.enum(["always", "never"]);
export type KeepAttachments = z.infer<typeof keepAttachments>;

export const collectionName = z.string().trim().min(1).max(120);

export const newCollection = z
  .strictObject({
    name: collectionName,
    description: z.string().max(2000).optional(),
    /** IANA zone assumed for logs with local times. */
    zone: z.string().max(64).optional(),
    /** The embedding model; the server's default where it is not said. It stays. */
    model: z.string().max(300).optional(),
    /** It is made for files that are sent next: where nothing is in it a day later, it is not kept. */
    forFiles: z.boolean().optional(),
  })
  .meta({ id: "NewCollection" });

export const collectionPatch = z
  .strictObject({
    name: collectionName.optional(),
    description: z.string().max(2000).optional(),
    zone: z.string().max(64).optional(),
    /** null: as the server's setting says. */
    confirmImports: confirmImports.nullable().optional(),
    /** null: as the server's setting says. For uploads from now on. */
    keepAttachments: keepAttachments.nullable().optional(),
  })
  .meta({ id: "CollectionPatch" });

export const collection = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    zone: z.string(),
    /** Whether imports wait until somebody confirms them; null: as the server's setting says, `confirmsImports`. */
    confirmImports: confirmImports.nullable(),
    /** Whether imports wait until somebody confirms them, by the collection's setting or the server's. */
    confirmsImports: z.boolean(),
    /** Whether the files of messages are kept; null: as the server's setting says, `keepsAttachments`. */
    keepAttachments: keepAttachments.nullable(),
    keepsAttachments: z.boolean(),
    createdAt: instant,
    /** With at least one counted message. */
    conversations: z.int(),
    /** Messages on main paths, without system prompts, thinking, tool messages, joins and leaves: what is counted everywhere. */
    messages: z.int(),
    /** What else is kept and can be read: messages of other branches, and of the kinds that are not counted. */
    others: z.int(),
    /** Number of chunks in the newest version: parts of messages, and exchanges. */
    indexed: z.int(),
    /** Number of chunks that are read but not yet in a version. */
    pending: z.int(),
    /** Number of the newest version; null before the first. */
    version: z.int().nullable(),
    model: z.string(),
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
    sources: z.array(z.object({ source: z.string(), conversations: z.int() })),
    languages: z.array(z.object({ language: z.string().nullable(), share: z.number() })),
    /** The initial mode of the search page: lexical where the model was not made for the collection's language. */
    defaultMode: z.enum(["semantic", "lexical", "hybrid"]),
    /** Sentences for people about the collection: its language, damage. */
    notices: z.array(z.string()),
    /** Whether its index can be searched in full. */
    health: collectionHealth.optional(),
    /** Bytes of the index on disk, with all versions. */
    indexBytes: z.int(),
    /** What whoever asks may do in it; manage where there are no accounts. */
    level: accessLevel,
  })
  .meta({ id: "Collection" });
export type Collection = z.infer<typeof collection>;

export const collectionList = z
  .object({ collections: z.array(collection) })
  .meta({ id: "CollectionList" });

export const version = z
  .object({
    number: z.int(),
    id: z.string(),
    message: z.string(),
    at: instant,
    tags: z.array(z.string()),
    rows: z.int(),
    segments: z.int(),
    bytes: z.int(),
    added: z.int(),
    removed: z.int(),
  })
  .meta({ id: "Version" });
export type Version = z.infer<typeof version>;

export const versionList = z
  .object({ versions: z.array(version), nextCursor: z.string().nullable() })
  .meta({ id: "VersionList" });

/** A name for a version: letters, digits, dots, dashes. */
export const newTag = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,59}$/, {
      error: "A tag has 1 to 60 letters, digits, “.”, “_” and “-”, and begins with a letter.",
    }),
  })
  .meta({ id: "NewTag" });

export const versionDiff = z
  .object({
    /** Ids of chunks. */
    added: z.array(z.string()),
    removed: z.array(z.string()),
    addedCount: z.int(),
    removedCount: z.int(),
  })
  .meta({ id: "VersionDiff" });
