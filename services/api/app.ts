// The HTTP app: the guard, the routes, and one place where failures become answers.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { proxyList } from "#services/config/account-settings.ts";
import { SCIM_BASE } from "#services/contract/scim.ts";
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId, OrganizationId } from "#services/domain/ids.ts";
import { type Scope, scopeOnly, scopeWith } from "#services/domain/scope.ts";
import { readDiskUse } from "#services/home/home.ts";
import type { Instance } from "#services/parlance.ts";
import { keepsSearchTexts, readBacklog, readKept } from "#services/store/store.ts";
import { openAnalysisCache, openSearchOf } from "#services/views/views.ts";
import type { ApiApp, ApiParts, EngineState } from "./api-app.ts";
import { type Delegate, delegating } from "./delegate.ts";
import { embeddingErrorOf } from "./embedding-error.ts";
import {
  allowedBy,
  checkPath,
  checkSender,
  type MadeEntry,
  requestIds,
  resolveScope,
  type ScopeOf,
  securityHeaders,
  type Variables,
} from "./guard.ts";
import { jsonBodies } from "./json-body.ts";
import { identify, permitting, permittingGiven, requireRule } from "./permit.ts";
import { answerProblem, asParlanceError, fromZod } from "./problem.ts";
import { refusedHeaders } from "./rate-limits.ts";
import { accessRoutes } from "./routes/access.ts";
import { accountRoutes } from "./routes/account.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { analysisRoutes } from "./routes/analysis.ts";
import { answerRoutes } from "./routes/answers.ts";
import { attachmentRoutes } from "./routes/attachments.ts";
import { authRoutes } from "./routes/auth.ts";
import { cleaningRoutes } from "./routes/cleaning.ts";
import { collectionRoutes } from "./routes/collections.ts";
import { columnRoutes } from "./routes/columns.ts";
import { compareRoutes } from "./routes/compare.ts";
import { conceptRoutes } from "./routes/concepts.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { embeddingServerRoutes } from "./routes/embedding-servers.ts";
import { embeddingRoutes } from "./routes/embeddings.ts";
import { figureRoutes } from "./routes/figures.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { keyRoutes } from "./routes/keys.ts";
import { lookRoutes } from "./routes/looks.ts";
import { mapRoutes } from "./routes/map.ts";
import { memberSessionRoutes } from "./routes/member-sessions.ts";
import { mergeRoutes } from "./routes/merges.ts";
import { modelRoutes } from "./routes/models.ts";
import { operationRoutes } from "./routes/operations.ts";
import { organizationRoutes } from "./routes/organization.ts";
import { organizationsRoutes } from "./routes/organizations.ts";
import { ownDataRoutes } from "./routes/own-data.ts";
import { passkeyRoutes } from "./routes/passkeys.ts";
import { peopleRoutes } from "./routes/people.ts";
import { presenceRoutes } from "./routes/presence.ts";
import { providerRoutes } from "./routes/providers.ts";
import { resumableUploadRoutes } from "./routes/resumable-uploads.ts";
import { scimRoutes } from "./routes/scim.ts";
import { searchRoutes } from "./routes/search.ts";
import { searchesRoutes } from "./routes/searches.ts";
import { shareRoutes } from "./routes/shares.ts";
import { signInProviderRoutes } from "./routes/sign-in-providers.ts";
import { systemRoutes } from "./routes/system.ts";
import { topicRoutes } from "./routes/topics.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { versionRoutes } from "./routes/versions.ts";
import { honoPath, requireRules, rules } from "./rules.ts";
import { answerScimError } from "./scim-error.ts";
import { openSearchCounts } from "./search-counts.ts";
import { openWebFiles } from "./web-files.ts";
import { isEmbedding } from "./work.ts";

export type { Delegate, DelegatedAnswer, DelegatedRequest } from "./delegate.ts";
export type { Work } from "./work.ts";

export interface AppOptions {
  /** Answers, in other threads, what would hold up this one; without it this app answers everything itself. */
  readonly delegate?: Delegate;
  /** Called after a job was written, besides the bus of this process: the crew's children look at once. */
  readonly wake?: () => void;
  readonly engines?: () => readonly EngineState[];
  /** Aborted when the server stops: event streams end. */
  readonly stopping?: AbortSignal;
  /** Failures that are ours, for the log. */
  readonly onError?: (error: unknown, requestId: string) => void;
  /** On whose behalf a request is answered, where that was told elsewhere; by default the accounts tell. */
  readonly scopeOf?: ScopeOf;
  /** With `scopeOf`: what the log is told of what the request makes. */
  readonly madeEntryOf?: (request: Request) => MadeEntry | undefined;
  /** The built web app; `web/dist` of the project by default. */
  readonly webFolder?: string;
}

const MEGABYTE = 1_000_000;
/** Bytes of a body at most: 300,000 tokens as text or as numbers, or what a form holds. */
const bodyLimit = (path: string): number => (isEmbedding(path) ? 8 : 1) * MEGABYTE;

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The product's version, from package.json. */
export const productVersion = (): string =>
  (JSON.parse(readFileSync(fromRoot("package.json"), "utf8")) as { version: string }).version;

const fail = (parts: ApiParts) => (error: unknown, c: Context<{ Variables: Variables }>) => {
  const failure = asParlanceError(error);
  const id = c.get("requestId") ?? "";
  if (failure.kind === "corrupt") parts.onError(failure.cause ?? failure, id);
  if (c.req.path.startsWith(`${SCIM_BASE}/`)) return answerScimError(c, failure);
  const said = embeddingErrorOf(c.req.path, failure);
  if (said === undefined) return answerProblem(c, failure, id);
  const { status, body } = said;
  return c.json(body, status as ContentfulStatusCode, refusedHeaders(status, failure));
};

const nothingHere = () =>
  rejected("There is nothing at this address.", {
    code: "not-found",
    status: 404,
    hint: "/docs lists the addresses of the API.",
  });

/** A second app that is told the scope of each request: it answers what a shared link opens. Built with the first of them. */
const askingWithin = (instance: Instance, options: AppOptions) => {
  const scopes = new WeakMap<Request, Scope>();
  let inner: ApiApp | undefined;
  const scopeOf = (request: Request): Scope => {
    const scope = scopes.get(request);
    if (scope === undefined) throw new Error("A request came without a scope.");
    return scope;
  };
  return async (scope: Scope, request: Request): Promise<Response> => {
    inner ??= buildApp(instance, { ...options, scopeOf });
    scopes.set(request, scope);
    return inner.fetch(request);
  };
};

/** Builds the app around an opened Parlance. `app.fetch` answers without a port, too. */
export const buildApp = (instance: Instance, options: AppOptions = {}): ApiApp => {
  const { delegate } = options;
  const cache = openAnalysisCache();
  const searchOf = openSearchOf();
  const wake = () => {
    instance.bus.wake();
    options.wake?.();
  };
  const { config, bus, broker, embedder, model, models, now, space, health, facts } = instance;
  const keepsTexts = (organization: OrganizationId) =>
    keepsSearchTexts(instance.database, organization);
  const onError = options.onError ?? (() => undefined);
  const searchCounts = openSearchCounts({ keepsTexts, onError });
  options.stopping?.addEventListener("abort", () => void searchCounts.flush(), { once: true });
  const parts: ApiParts = {
    searchCounts,
    keepsSearchTexts: keepsTexts,
    within: (c, made) => {
      const scope = c.get("scope");
      const whole = made === undefined ? scope : scopeWith(scope, made);
      const parlance = instance.within(whole);
      const only = (id: CollectionId) => instance.within(scopeOnly(whole, id));
      const analyses = cache.within(parlance);
      return { parlance, only, analyses, search: searchOf.within(parlance, analyses), wake };
    },
    machine: {
      config,
      bus,
      broker,
      embedder,
      model,
      models,
      now,
      space,
      health,
      facts,
      ping: () => instance.database.ping(),
      backlog: () => readBacklog(instance.database),
      kept: () => readKept(instance.database),
      disk: () => readDiskUse(config),
      databaseBytes: () => instance.database.size(),
    },
    stopping: options.stopping ?? new AbortController().signal,
    version: productVersion(),
    engines: options.engines ?? (() => []),
    describeThreads: delegate && (() => delegate.describe()),
    onError,
  };
  const app: ApiApp = new OpenAPIHono<{ Variables: Variables }>({
    defaultHook: (result) => {
      if (!result.success) throw fromZod(result.error, result.target);
    },
  });
  app.onError(fail(parts));
  app.use(requestIds(instance.newId));
  app.use(securityHeaders);
  app.use(checkPath);
  app.use(checkSender(allowedBy(config)));
  const { accounts, database } = instance;
  const reach = {
    publicUrl: config.accounts.publicUrl,
    trusted: proxyList(config.accounts.trustedProxies),
  };
  const permit =
    options.scopeOf === undefined
      ? permitting({ accounts, database, reach })
      : permittingGiven({ accounts, madeEntryOf: options.madeEntryOf ?? (() => undefined) });
  app.use(options.scopeOf === undefined ? identify(accounts) : resolveScope(options.scopeOf));
  for (const [route, rule] of Object.entries(rules)) {
    const [method = "", path = ""] = route.split(" ");
    app.on(method.toUpperCase(), honoPath(path), permit(rule, route));
  }
  app.use("/api/*", requireRule);
  app.use("/v1/*", requireRule);
  app.use("/scim/*", requireRule);
  app.use("/embed", requireRule);
  const programs = ["/api/*", "/v1/*", "/embed"];
  if (delegate !== undefined)
    for (const path of programs) app.use(path, delegating(delegate, bodyLimit));
  for (const path of [...programs, "/scim/*"]) app.use(path, jsonBodies(bodyLimit));

  systemRoutes(app, parts);
  collectionRoutes(app, parts);
  cleaningRoutes(app, parts);
  uploadRoutes(app, parts, { accounts, reach });
  resumableUploadRoutes(app, parts, { accounts, reach });
  columnRoutes(app, parts, { accounts, reach });
  searchRoutes(app, parts);
  searchesRoutes(app, parts);
  answerRoutes(app, parts);
  conversationRoutes(app, parts);
  attachmentRoutes(app, parts);
  versionRoutes(app, parts);
  analysisRoutes(app, parts);
  topicRoutes(app, parts);
  mergeRoutes(app, parts);
  peopleRoutes(app, parts);
  mapRoutes(app, parts);
  figureRoutes(app, parts);
  compareRoutes(app, parts);
  conceptRoutes(app, parts);
  alertRoutes(app, parts);
  jobRoutes(app, parts);
  embeddingRoutes(app, parts);
  embeddingServerRoutes(app, parts);
  modelRoutes(app, parts);
  operationRoutes(app, parts);
  authRoutes(app, { accounts, reach });
  providerRoutes(app, { accounts, reach });
  passkeyRoutes(app, { accounts, reach });
  accountRoutes(app, { accounts, reach });
  ownDataRoutes(app, parts, { accounts, reach });
  keyRoutes(app, { accounts, reach });
  presenceRoutes(app, { accounts, stopping: parts.stopping });
  lookRoutes(app, { accounts, reach });
  organizationRoutes(app, { accounts, reach });
  memberSessionRoutes(app, { accounts, reach });
  organizationsRoutes(app, { accounts, reach });
  scimRoutes(app, { accounts, reach });
  signInProviderRoutes(app, { accounts, reach });
  accessRoutes(app, parts, { accounts, reach });
  shareRoutes(app, parts, { accounts, reach, askWithin: askingWithin(instance, options) });
  requireRules(app);

  const web = openWebFiles(options.webFolder ?? fromRoot("web/dist"));
  app.notFound(async (c) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    const isPage = isRead && !/^\/(?:api|v1|scim|docs)(?:\/|$)/u.test(c.req.path);
    const file = isPage ? await web.answer(c) : undefined;
    return file ?? fail(parts)(nothingHere(), c);
  });
  return app;
};
