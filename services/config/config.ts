// The environment, read once, checked and frozen: every setting has one name, PARLANCE_*.
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { rejected } from "#services/domain/errors.ts";
import { isLoopback } from "#services/domain/loopback.ts";
import { type StageName, stageNames } from "#services/domain/stage-names.ts";
import { type AccountConfig, accountConfigOf, accountShape } from "./account-settings.ts";
import {
  type AttachmentConfig,
  attachmentConfigOf,
  attachmentShape,
} from "./attachment-settings.ts";
import { refuseExamples, withPassword } from "./passwords.ts";

const flag = z.enum(["0", "1", "true", "false", ""]).transform((v) => v === "1" || v === "true");
const list = z.string().transform((v) =>
  v
    .split(",")
    .map((s) => s.trim())
    .filter(Boolean),
);

/** An empty variable counts as absent, because compose files pass empty variables on. */
const unlessEmpty = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

export const environment = z.object({
  ...accountShape,
  /** The folder of everything that Parlance keeps on this machine. */
  PARLANCE_HOME: z.string().min(1).default("./data"),
  /** The address to listen on; where it is not this machine's own, people have to sign in. */
  PARLANCE_HOST: z.string().min(1).default("127.0.0.1"),
  /** MariaDB (mysql://user:password@host/database) or PostgreSQL (postgres://…); without it, SQLite in the home. */
  PARLANCE_DATABASE_URL: unlessEmpty(
    z.url({
      protocol: /^(mysql|mariadb|postgres|postgresql)$/,
      error: "mysql://… or postgres://…",
    }),
  ),
  /** The password of the database's user, where the address has none: as it is, also with signs that a URL cannot hold. */
  PARLANCE_DATABASE_PASSWORD: unlessEmpty(z.string()),
  /** Connections to a database server that each process (a server has about six) opens at most. */
  PARLANCE_DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(100).default(6),
  /** RabbitMQ (amqp://user:password@host/vhost); without it, jobs are taken from the database. */
  PARLANCE_BROKER_URL: unlessEmpty(z.url({ protocol: /^amqps?$/, error: "amqp://… or amqps://…" })),
  /** The password of RabbitMQ's user, where the address has none. */
  PARLANCE_BROKER_PASSWORD: unlessEmpty(z.string()),
  /** Where uploads and vectors are: s3://bucket/prefix or file:///folder; without it, in the home. */
  PARLANCE_BLOBS_URL: unlessEmpty(z.url({ protocol: /^(s3|file)$/, error: "s3://… or file:///…" })),
  /** Where the indexes are: a folder that all servers share; without it, in the home. */
  PARLANCE_INDEXES: unlessEmpty(z.string()),
  /**
   * file:///…: the folder of the indexes that the workers write. An API server with it reads copies of its own, and follows; without
   * it, it reads where the workers write.
   */
  PARLANCE_INDEX_REMOTE: unlessEmpty(
    z.url({ protocol: /^file$/, error: "file:///… of a folder that this machine can reach" }),
  ),
  /** What this server does: all; or answer requests only (api), or do jobs only (worker), both with a database server. */
  PARLANCE_ROLE: z.preprocess(
    (v) => (v === "" ? undefined : v),
    z.enum(["all", "api", "worker"]).default("all"),
  ),
  /** The stages that this server's workers run, of those in services/domain/stage-names.ts; all by default. */
  PARLANCE_STAGES: unlessEmpty(
    list.pipe(
      z.array(
        z.enum(stageNames, {
          error: `stages are ${stageNames.join(", ")}; separate them by commas`,
        }),
      ),
    ),
  ),
  /** Processes that embed side by side. */
  PARLANCE_CONCURRENCY: unlessEmpty(
    z.coerce.number({ error: "a number of processes from 1 to 64" }).int().min(1).max(64),
  ),
  /** The port to listen on; 0 for any that is free. */
  PARLANCE_PORT: z.coerce
    .number("a port is a number from 0 to 65535")
    .int()
    .min(0)
    .max(65535)
    .default(8787),
  /** Nobody has to sign in although others reach this address: a proxy that asks for passwords stands before it. */
  PARLANCE_INSECURE: flag.default(false),
  /** Further host names under which a proxy serves Parlance, for the check of Host and Origin. */
  PARLANCE_ALLOWED_HOSTS: list.default([]),
  /** The model that turns text into vectors: the one that ships, a name on the hub, or a folder. */
  PARLANCE_EMBEDDING_MODEL: z.string().optional(),
  /** Where models are downloaded from. */
  PARLANCE_MODEL_HUB: z.url().default("https://huggingface.co"),
  /** Megabytes of the files of all models that are open at once; those that were used longest ago are closed. */
  PARLANCE_MODEL_MEMORY: z.coerce.number().int().positive().default(2000),
  /** What models run on, the first that works: cuda, cpu. */
  PARLANCE_EXECUTION_PROVIDERS: list.default(["cpu"]),
  /** Use FAISS where it is installed, or never. */
  PARLANCE_FAISS: z.enum(["auto", "off"]).default("auto"),
  /** How vectors are searched; auto chooses by size and by what is installed; pgvector searches on PARLANCE_VECTORS_URL. */
  PARLANCE_INDEX_ENGINE: z.enum(["auto", "flat", "scan", "faiss", "pgvector"]).default("auto"),
  /** PostgreSQL with pgvector 0.8 or newer (postgres://user:password@host/database), for collections past one machine. */
  PARLANCE_VECTORS_URL: unlessEmpty(
    z.url({ protocol: /^(postgres|postgresql)$/, error: "postgres://…" }),
  ),
  /** The password of that server, where its address has none. */
  PARLANCE_VECTORS_PASSWORD: unlessEmpty(z.string()),
  /** For how many days the last version of each day is kept; "all" drops none. */
  PARLANCE_KEEP_VERSIONS: unlessEmpty(
    z.union([z.literal("all"), z.coerce.number().int().min(0).max(36_500)], {
      error: "“all”, or a number of days from 0 to 36500",
    }),
  ),
  /** Threads for embedding; by default one less than the machine has cores, at most 8. */
  PARLANCE_WORKERS: z.coerce.number().int().min(1).max(64).optional(),
  /** Threads that answer requests; by default 2, or 4 from 8 cores on. */
  PARLANCE_API_THREADS: z.coerce.number().int().min(1).max(16).optional(),
  /** The time zone of messages that do not say theirs, as a name like Europe/Berlin. */
  PARLANCE_ZONE: z.string().default("UTC"),
  /** Whether imports wait until a person has seen what is in the file, where a collection does not say it. */
  PARLANCE_CONFIRM_IMPORTS: z.enum(["never", "always"]).default("never"),
  ...attachmentShape,
  /** Bytes that one upload may have. */
  PARLANCE_MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(10 * 1024 ** 3),
  /** Jobs that may wait: beyond, files are refused until some of them are done. */
  PARLANCE_MAX_WAITING_JOBS: z.coerce.number().int().min(1).default(100_000),
  /** Bytes of files that may wait to be read: beyond, files are refused likewise. */
  PARLANCE_MAX_WAITING_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(100 * 1024 ** 3),
  /** Bytes of the home's disk that must stay free: below this, imports and analyses wait. */
  PARLANCE_MIN_FREE_BYTES: unlessEmpty(z.coerce.number().int().min(0)),
  /** Start with an empty home where its database is missing, damaged or of another home; the old content is moved aside. */
  PARLANCE_ACCEPT_EMPTY: flag.default(false),
  /** How much is logged. */
  PARLANCE_LOG: z.enum(["silent", "error", "warn", "info", "debug"]).default("warn"),
  /** The running server that a client (the CLI) uses. */
  PARLANCE_URL: z.url().optional(),
  /** Allow webhooks to private networks and without TLS. */
  PARLANCE_WEBHOOK_PRIVATE: flag.default(false),
  /** Send the text of messages to webhooks, and not only their ids. */
  PARLANCE_WEBHOOK_TEXT: flag.default(false),
  /** A server with OpenAI's chat completions API that names topics: the address before /chat/completions. */
  PARLANCE_LLM_BASE_URL: unlessEmpty(z.url({ protocol: /^https?$/ })),
  /** The key of that server, where it asks for one. */
  PARLANCE_LLM_API_KEY: unlessEmpty(z.string()),
  /** The name of the language model on that server. */
  PARLANCE_LLM_MODEL: unlessEmpty(z.string().trim().min(1)),
  /** What a million tokens cost that the language model reads, in any one currency. */
  PARLANCE_LLM_PRICE_IN: unlessEmpty(z.coerce.number().min(0)),
  /** The same for what the model writes. */
  PARLANCE_LLM_PRICE_OUT: unlessEmpty(z.coerce.number().min(0)),
});

/** The language model that names topics, where one is configured. */
export interface LlmConfig {
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string | undefined;
  /** Per million tokens; undefined where a price is missing. */
  readonly prices: { readonly in: number; readonly out: number } | undefined;
}

export interface Config {
  readonly home: string;
  readonly host: string;
  readonly port: number;
  /** Undefined: SQLite in the home. */
  readonly databaseUrl: string | undefined;
  /** To a database server, of each process. */
  readonly databaseConnections: number;
  /** Undefined: jobs are taken from the database. */
  readonly brokerUrl: string | undefined;
  /** Undefined: files in the home. */
  readonly blobsUrl: string | undefined;
  /** Undefined: in the home. */
  readonly indexes: string | undefined;
  /** The folder of indexes that others write, of which this server reads copies. */
  readonly indexRemote: string | undefined;
  readonly role: "all" | "api" | "worker";
  readonly stages: readonly StageName[];
  /** Processes that embed. */
  readonly concurrency: number;
  readonly insecure: boolean;
  readonly accounts: AccountConfig;
  readonly allowedHosts: readonly string[];
  readonly embeddingModel: string | undefined;
  readonly modelHub: string;
  /** Bytes of the files of all models that are open together. */
  readonly modelMemoryBytes: number;
  readonly executionProviders: readonly string[];
  readonly faiss: "auto" | "off";
  readonly indexEngine: "auto" | "flat" | "scan" | "faiss" | "pgvector";
  /** The server on which pgvector searches; where it is known, segments that are there are searched, whatever the engine of new ones. */
  readonly vectorsUrl: string | undefined;
  /** Days for which old versions of an index are kept. */
  readonly keepVersions: number | "all";
  /** Threads for embedding. */
  readonly workers: number;
  /** Threads that answer requests; each keeps the indexes in memory that it was asked about. */
  readonly apiThreads: number;
  readonly zone: string;
  /** Of collections that do not say it themselves. */
  readonly confirmImports: "never" | "always";
  readonly attachments: AttachmentConfig;
  readonly maxUploadBytes: number;
  /** Beyond these, files are refused. */
  readonly maxWaitingJobs: number;
  readonly maxWaitingBytes: number;
  /** Undefined: derived from the size of the disk. */
  readonly minFreeBytes: number | undefined;
  readonly acceptEmpty: boolean;
  readonly log: "silent" | "error" | "warn" | "info" | "debug";
  readonly url: string | undefined;
  readonly webhookPrivate: boolean;
  readonly webhookText: boolean;
  /** Undefined: topics are named without a language model. */
  readonly llm: LlmConfig | undefined;
  /** What was set, as it was written, by name: where each value comes from is told by setting-states.ts. */
  readonly given: Readonly<Record<string, string>>;
  /** The names among them that stood on the command line. */
  readonly typed: readonly string[];
  /** Unknown PARLANCE_* names, usually typing mistakes, which are reported at the start. */
  readonly unknown: readonly string[];
}

/** Without a database server there is one server, which does everything. */
const checkRole = (set: z.infer<typeof environment>): void => {
  const { PARLANCE_ROLE: role, PARLANCE_STAGES: stages, PARLANCE_INDEXES: indexes } = set;
  if (set.PARLANCE_INDEX_REMOTE !== undefined && role !== "api")
    throw rejected("PARLANCE_INDEX_REMOTE is for servers that only read indexes.", {
      code: "bad-setting",
      hint: "Set PARLANCE_ROLE=api, or name the folder in PARLANCE_INDEXES: whoever writes indexes does so there.",
    });
  if (set.PARLANCE_DATABASE_URL !== undefined) return;
  const asked =
    role !== "all"
      ? `PARLANCE_ROLE=${role}`
      : stages !== undefined
        ? "PARLANCE_STAGES"
        : indexes !== undefined
          ? "PARLANCE_INDEXES"
          : undefined;
  if (asked === undefined) return;
  throw rejected(
    `${asked} divides the work between servers, which needs a database that they share.`,
    {
      code: "needs-database-server",
      hint: "Set PARLANCE_DATABASE_URL to MariaDB (mysql://…) or PostgreSQL (postgres://…), or leave this setting out: one server does everything.",
    },
  );
};

/** Address and model belong together: one without the other is an error. */
const llmOf = (set: z.infer<typeof environment>): LlmConfig | undefined => {
  const baseUrl = set.PARLANCE_LLM_BASE_URL;
  const model = set.PARLANCE_LLM_MODEL;
  if (baseUrl === undefined && model === undefined) return undefined;
  if (baseUrl === undefined || model === undefined)
    throw rejected(
      `${baseUrl === undefined ? "PARLANCE_LLM_BASE_URL" : "PARLANCE_LLM_MODEL"} is missing: a language model needs both its address and its name.`,
      {
        code: "bad-setting",
        hint: "Set both PARLANCE_LLM_BASE_URL and PARLANCE_LLM_MODEL, or neither.",
      },
    );
  const [priceIn, priceOut] = [set.PARLANCE_LLM_PRICE_IN, set.PARLANCE_LLM_PRICE_OUT];
  return Object.freeze({
    baseUrl,
    model,
    apiKey: set.PARLANCE_LLM_API_KEY,
    prices:
      priceIn === undefined || priceOut === undefined ? undefined : { in: priceIn, out: priceOut },
  });
};

/**
 * Reads the settings from an environment (usually `process.env`).
 * @param typed the names of those that stood on the command line
 * @throws ParlanceError rejected `bad-setting`, with the name of the variable and its allowed values.
 */
export const readConfig = (
  env: Readonly<Record<string, string | undefined>>,
  typed: readonly string[] = [],
): Config => {
  // Compose files pass variables on that are set nowhere, as empty ones.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw rejected(
      `${issue?.path.join(".") ?? "a setting"}: ${issue?.message ?? "not understood"}`,
      {
        code: "bad-setting",
        hint: "Correct the variable, or unset it to use the default. `./parlance doctor` lists all settings.",
      },
    );
  }
  const set = parsed.data;
  checkRole(set);
  if (set.PARLANCE_INDEX_ENGINE === "pgvector" && set.PARLANCE_VECTORS_URL === undefined)
    throw rejected("PARLANCE_INDEX_ENGINE=pgvector needs a server to search on.", {
      code: "needs-vectors-server",
      hint: "Set PARLANCE_VECTORS_URL to a PostgreSQL server with pgvector (postgres://…), or leave the engine to `auto`.",
    });
  refuseExamples(env);
  const known = new Set(Object.keys(environment.shape));
  return Object.freeze({
    home: resolve(set.PARLANCE_HOME),
    host: set.PARLANCE_HOST,
    port: set.PARLANCE_PORT,
    databaseUrl: withPassword(
      set.PARLANCE_DATABASE_URL,
      set.PARLANCE_DATABASE_PASSWORD,
      "PARLANCE_DATABASE_PASSWORD",
    ),
    databaseConnections: set.PARLANCE_DATABASE_CONNECTIONS,
    brokerUrl: withPassword(
      set.PARLANCE_BROKER_URL,
      set.PARLANCE_BROKER_PASSWORD,
      "PARLANCE_BROKER_PASSWORD",
    ),
    blobsUrl: set.PARLANCE_BLOBS_URL,
    indexes: set.PARLANCE_INDEXES === undefined ? undefined : resolve(set.PARLANCE_INDEXES),
    indexRemote:
      set.PARLANCE_INDEX_REMOTE === undefined
        ? undefined
        : fileURLToPath(set.PARLANCE_INDEX_REMOTE),
    role: set.PARLANCE_ROLE,
    stages: set.PARLANCE_STAGES ?? stageNames,
    concurrency: set.PARLANCE_CONCURRENCY ?? 1,
    insecure: set.PARLANCE_INSECURE,
    accounts: accountConfigOf(set, !isLoopback(set.PARLANCE_HOST) && !set.PARLANCE_INSECURE),
    allowedHosts: set.PARLANCE_ALLOWED_HOSTS,
    embeddingModel: set.PARLANCE_EMBEDDING_MODEL,
    modelHub: set.PARLANCE_MODEL_HUB,
    modelMemoryBytes: set.PARLANCE_MODEL_MEMORY * 1_000_000,
    executionProviders: set.PARLANCE_EXECUTION_PROVIDERS,
    faiss: set.PARLANCE_FAISS,
    indexEngine: set.PARLANCE_INDEX_ENGINE,
    vectorsUrl: withPassword(
      set.PARLANCE_VECTORS_URL,
      set.PARLANCE_VECTORS_PASSWORD,
      "PARLANCE_VECTORS_PASSWORD",
    ),
    keepVersions: set.PARLANCE_KEEP_VERSIONS ?? 7,
    workers: set.PARLANCE_WORKERS ?? Math.max(1, Math.min(8, availableParallelism() - 1)),
    apiThreads: set.PARLANCE_API_THREADS ?? (availableParallelism() < 8 ? 2 : 4),
    zone: set.PARLANCE_ZONE,
    confirmImports: set.PARLANCE_CONFIRM_IMPORTS,
    attachments: attachmentConfigOf(set),
    maxUploadBytes: set.PARLANCE_MAX_UPLOAD_BYTES,
    maxWaitingJobs: set.PARLANCE_MAX_WAITING_JOBS,
    maxWaitingBytes: set.PARLANCE_MAX_WAITING_BYTES,
    minFreeBytes: set.PARLANCE_MIN_FREE_BYTES,
    acceptEmpty: set.PARLANCE_ACCEPT_EMPTY,
    log: set.PARLANCE_LOG,
    url: set.PARLANCE_URL,
    webhookPrivate: set.PARLANCE_WEBHOOK_PRIVATE,
    webhookText: set.PARLANCE_WEBHOOK_TEXT,
    llm: llmOf(set),
    given: Object.fromEntries(
      Object.entries(given).flatMap(([name, value = ""]) =>
        known.has(name) ? [[name, value]] : [],
      ),
    ),
    typed,
    // PARLANCE_TEST_… are settings of the tests.
    unknown: Object.keys(env).filter(
      (name) => /^PARLANCE_(?!TEST_)/.test(name) && !known.has(name),
    ),
  });
};
