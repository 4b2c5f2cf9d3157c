// The shape of the HTTP app: what every route module is given, and how a route says what it may answer.
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { z } from "zod";
import { problem } from "#services/contract/common.ts";
import { rejected } from "#services/domain/errors.ts";
import { type CollectionId, type OrganizationId, readCollectionId } from "#services/domain/ids.ts";
import type { DiskUse } from "#services/home/home.ts";
import type { ModelFacts } from "#services/models/models.ts";
import type { Instance, Parlance } from "#services/parlance.ts";
import type { Search } from "#services/search/search.ts";
import {
  type Backlog,
  type CollectionRow,
  findCollection,
  type Kept,
} from "#services/store/store.ts";
import type { AnalysisCache } from "#services/views/views.ts";
import type { Variables } from "./guard.ts";
import type { SearchCounts } from "./search-counts.ts";

export type ApiApp = OpenAPIHono<{ Variables: Variables }>;

/** What a request is answered with: nothing in it reaches another organization's data. */
export interface ScopedParts {
  readonly parlance: Parlance;
  /** The same for one collection that was found in it: where many are gone through, each of their queries names one only. */
  readonly only: (collection: CollectionId) => Parlance;
  readonly search: Search;
  /** The newest analysis of each collection. */
  readonly analyses: AnalysisCache;
  /** A job was written: whoever works looks now instead of at the next poll. */
  readonly wake: () => void;
}

/** What routes work with. */
export interface ApiParts {
  /** Within the scope of the request, which the guard has resolved; with a collection that the request has just made. */
  within(c: Context<{ Variables: Variables }>, made?: CollectionId): ScopedParts;
  /** What is the same for all organizations: the machine, its settings, its model. */
  readonly machine: Pick<
    Instance,
    | "config"
    | "bus"
    | "broker"
    | "embedder"
    | "model"
    | "models"
    | "now"
    | "space"
    | "health"
    | "facts"
  > & {
    /** @throws where the database does not answer */
    ping(): Promise<void>;
    /** What waits to be worked on. */
    backlog(): Promise<Backlog>;
    /** What all organizations keep, by collection. */
    kept(): Promise<Kept>;
    /** What takes room on this machine's disks. */
    disk(): Promise<DiskUse>;
    /** Of the database with its log, in bytes. */
    databaseBytes(): Promise<number>;
  };
  /** The server is stopping: streams without an end of their own end now. */
  readonly stopping: AbortSignal;
  /** Version of the product. */
  readonly version: string;
  /** What is said beside the machine's state on /ready: engines for vectors, and what could not be had. */
  readonly engines: () => readonly EngineState[];
  /** How the threads that answer requests are doing, one sentence; undefined where this app answers everything itself. */
  readonly describeThreads: (() => string) | undefined;
  readonly searchCounts: SearchCounts;
  /** Whether an organization keeps what is searched for. */
  readonly keepsSearchTexts: (organization: OrganizationId) => Promise<boolean>;
  /** Failures that are ours, for the log. */
  readonly onError: (error: unknown, requestId: string) => void;
}

export interface EngineState {
  readonly name: string;
  readonly available: boolean;
  readonly reason: string | null;
}

/** A JSON answer, and the problems that every address may answer with. */
export const answers = <S extends z.ZodType, N extends number>(
  status: N,
  schema: S,
  description: string,
) =>
  ({
    [status]: { description, content: { "application/json": { schema } } },
    default: {
      description: "What went wrong, as application/problem+json",
      content: { "application/problem+json": { schema: problem } },
    },
  }) as {
    [status in N]: { description: string; content: { "application/json": { schema: S } } };
  } & {
    default: {
      description: string;
      content: { "application/problem+json": { schema: typeof problem } };
    };
  };

export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { "application/json": { schema } },
});

export const unknown = (what: string, hint = "It may have been deleted.") =>
  rejected(`There is no such ${what}.`, { code: `unknown-${what}`, status: 404, hint });

/** The model of a collection, or the one that it would get; undefined where it cannot be had, which must not hide the collection. */
export const factsOfModel = (
  { machine }: Pick<ApiParts, "machine">,
  { model_id }: Pick<CollectionRow, "model_id">,
): Promise<ModelFacts | undefined> =>
  machine.models.facts(model_id ?? undefined).catch((): undefined => undefined);

/** An id of another shape names nothing: the same answer as for one that is gone. */
export const collectionOfPath = async (
  { parlance }: ScopedParts,
  text: string,
): Promise<CollectionRow> => {
  const id = readCollectionId(text);
  const row = id && (await findCollection(parlance.store.rows, id));
  if (row) return row;
  const isLimited = parlance.scope.collections !== "all";
  throw unknown(
    "collection",
    isLimited ? "It may have been deleted, or is not shared with you." : undefined,
  );
};
