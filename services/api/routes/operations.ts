// For whoever runs the server, over HTTP: its settings, its model, what is stored, and given-up jobs of all organizations.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { settingStates, unknownSettings } from "#services/config/setting-states.ts";
import {
  type GivenUpAnywhere,
  givenUpList,
  type ModelReport,
  type ModelUse,
  modelReport,
  type SettingList,
  type StorageReport,
  type StoredCollection,
  settingList,
  storageReport,
} from "#services/contract/server.ts";
import { readJobId } from "#services/domain/ids.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { type Kept, listCollections } from "#services/store/store.ts";
import { type ApiApp, type ApiParts, answers, unknown } from "../api-app.ts";
import { givenUpView } from "./jobs.ts";

const tags = ["Server"];
const params = z.object({ id: z.string() });
const MOST_JOBS = 200;
const forOperators =
  "For the command line beside the data, and for owners of the first organization.";

/** Errors may quote what somebody wrote: of another organization it is only told that there is one. */
const ANOTHERS_REASON = "Its own organization is told why, in its list of jobs.";

/** What the list of organizations calls the one that has no name yet: nobody has signed in. */
const NAMELESS = "Parlance";

const sumOf = <T>(all: readonly T[], pick: (one: T) => number): number =>
  all.reduce((sum, one) => sum + pick(one), 0);

type KeptCollection = Kept["collections"][number];

/** Collections that were embedded by the same model, whoever has them. */
const usesOf = (
  { collections }: Kept,
  names: ReadonlyMap<string, string>,
  here: ReadonlySet<string>,
): ModelUse[] => {
  const byModel = new Map<string, KeptCollection[]>();
  for (const one of collections) {
    if (one.isErasing) continue;
    const key = one.fingerprint ?? "";
    byModel.set(key, [...(byModel.get(key) ?? []), one]);
  }
  return [...byModel.values()]
    .map((all) => ({
      id: all[0]?.model ?? null,
      fingerprint: all[0]?.fingerprint ?? null,
      isHere: here.has(all[0]?.fingerprint ?? ""),
      organizations: new Set(all.map(({ organization }) => organization)).size,
      collections: all.length,
      embeddings: sumOf(all, ({ embeddings }) => embeddings),
      named: all.flatMap(({ id }) => {
        const name = names.get(id);
        return name === undefined ? [] : [{ id, name }];
      }),
    }))
    .sort((a, b) => b.embeddings - a.embeddings || b.collections - a.collections);
};

const factsOf = ({ model, providers }: Embedder): NonNullable<ModelReport["model"]> => ({
  id: model.id,
  dim: model.dim,
  fingerprint: model.fingerprint,
  maxTokens: model.maxTokens,
  matryoshka: [...model.matryoshka],
  languages: model.languages === null ? null : [...model.languages],
  licence: model.licence,
  bytes: model.bytes,
  providers: { ...providers, asked: [...providers.asked] },
});

const storedOf = (
  { organizations, collections }: Kept,
  names: ReadonlyMap<string, string>,
  indexes: ReadonlyMap<string, number>,
): StorageReport["organizations"] => {
  const named = new Map(organizations.map(({ id, name }) => [id, name]));
  const ids = new Set([...named.keys(), ...collections.map(({ organization }) => organization)]);
  return [...ids].map((id) => {
    const own = collections
      .filter(({ organization }) => organization === id)
      .map(
        (one): StoredCollection => ({
          id: one.id,
          name: names.get(one.id) ?? null,
          isErasing: one.isErasing,
          messages: one.messages,
          files: one.files,
          fileBytes: one.fileBytes,
          indexBytes: indexes.get(one.id) ?? null,
        }),
      )
      .sort((a, b) => b.fileBytes - a.fileBytes || (a.id < b.id ? -1 : 1));
    return {
      id,
      name: named.get(id) ?? NAMELESS,
      messages: sumOf(own, ({ messages }) => messages),
      files: sumOf(own, ({ files }) => files),
      fileBytes: sumOf(own, ({ fileBytes }) => fileBytes),
      indexBytes: sumOf(own, ({ indexBytes }) => indexBytes ?? 0),
      collections: own,
    };
  });
};

export const operationRoutes = (app: ApiApp, parts: ApiParts): void => {
  const { machine } = parts;
  /** Names of the collections that whoever asks may open: others are called by their ids. */
  const namesFor = async (c: Parameters<ApiParts["within"]>[0]) => {
    const rows = await listCollections(parts.within(c).parlance.store.rows);
    return new Map<string, string>(rows.map(({ id, name }) => [id, name]));
  };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/settings",
      summary: "Every setting of the server, and where its value comes from",
      description: `${forOperators} Secrets are never told, only whether they are set.`,
      tags,
      responses: answers(200, settingList, "In the order in which they are explained"),
    }),
    (c) => {
      const { config, facts } = machine;
      const on = c.get("scope").caller.kind !== "anyone";
      const found: SettingList = {
        host: facts.host,
        settings: settingStates(config).map((one) => ({ ...one, allowed: [...one.allowed] })),
        unknown: unknownSettings(config),
        signIn: {
          on,
          source: config.accounts.required ? "environment" : on ? "database" : "default",
        },
      };
      return c.json(found, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/model",
      summary: "The embedding model, and which collections were embedded with which",
      description: forOperators,
      tags,
      responses: answers(200, modelReport, "Of all organizations, counted"),
    }),
    async (c) => {
      const embedder = await machine.embedder().catch((): undefined => undefined);
      const kept = await machine.kept();
      const { models } = await machine.models.list();
      const here = new Set(models.flatMap(({ facts }) => facts?.fingerprint ?? []));
      const found: ModelReport = {
        model: embedder === undefined ? null : factsOf(embedder),
        uses: usesOf(kept, await namesFor(c), here),
      };
      return c.json(found, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/storage",
      summary: "What takes room, by organization and collection",
      description: `${forOperators} Collections that are not shared with whoever asks have no name here. Folders are gone through: seconds, where there are many files.`,
      tags,
      responses: answers(200, storageReport, "In bytes"),
    }),
    async (c) => {
      const [disk, space, kept, database] = await Promise.all([
        machine.disk(),
        machine.space.look(),
        machine.kept(),
        machine.databaseBytes(),
      ]);
      const found: StorageReport = {
        disk: { freeBytes: space.freeBytes, reserveBytes: space.reserveBytes },
        parts: {
          database,
          files: disk.files,
          indexes: sumOf([...disk.indexes.values()], (bytes) => bytes),
          copies: disk.copies,
          models: disk.models,
          backups: sumOf(disk.backups, ({ bytes }) => bytes),
        },
        backups: disk.backups.map((one) => ({ ...one })),
        organizations: storedOf(kept, await namesFor(c), disk.indexes),
      };
      return c.json(found, 200);
    },
  );

  const givenUp = async (c: Parameters<ApiParts["within"]>[0]) => {
    const { jobs, scope } = parts.within(c).parlance;
    const [found, counts, { organizations }] = await Promise.all([
      jobs.buried("everybody", MOST_JOBS),
      jobs.counts("everybody"),
      machine.kept(),
    ]);
    const names = new Map(organizations.map(({ id, name }) => [id, name]));
    return {
      total: sumOf(counts, ({ buried }) => buried),
      jobs: found.map(
        (job): GivenUpAnywhere => ({
          ...givenUpView(job),
          ...(job.organization === scope.organization ? {} : { reason: ANOTHERS_REASON }),
          organization: { id: job.organization, name: names.get(job.organization) ?? NAMELESS },
        }),
      ),
    };
  };
  const jobOf = (text: string) => {
    const id = readJobId(text);
    if (id === undefined) throw unknown("job");
    return id;
  };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/given-up-jobs",
      summary: "Jobs that were given up, of all organizations",
      description: forOperators,
      tags,
      responses: answers(200, givenUpList, "The newest first"),
    }),
    async (c) => c.json(await givenUp(c), 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/given-up-jobs/{id}/retry",
      summary: "Try a given-up job of any organization again",
      tags,
      request: { params },
      responses: answers(202, givenUpList, "It waits for a worker"),
    }),
    async (c) => {
      const { parlance, wake } = parts.within(c);
      const id = jobOf(c.req.valid("param").id);
      if (!(await parlance.jobs.retry("everybody", id, c.get("tellOwner")))) throw unknown("job");
      wake();
      return c.json(await givenUp(c), 202);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/given-up-jobs/{id}",
      summary: "Forget a given-up job of any organization",
      description: "What it was about stays failed. An erasure cannot be forgotten.",
      tags,
      request: { params },
      responses: answers(200, givenUpList, "It is gone"),
    }),
    async (c) => {
      const { jobs } = parts.within(c).parlance;
      const id = jobOf(c.req.valid("param").id);
      if (!(await jobs.forget("everybody", id, c.get("tellOwner")))) throw unknown("job");
      return c.json(await givenUp(c), 200);
    },
  );
};
