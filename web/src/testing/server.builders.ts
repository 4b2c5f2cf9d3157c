// Answers of the server about itself, for tests of pages for whoever runs it. Each is parsed by the contract's schema.
import { registeredModel, registeredModels } from "#services/contract/models.ts";
import { searches } from "#services/contract/searches.ts";
import {
  givenUpAnywhere,
  modelReport,
  setting,
  settingList,
  storageReport,
  storedCollection,
} from "#services/contract/server.ts";
import { at, type Given } from "./answers.builders.ts";

export const aSetting = (given: Given<typeof setting> = {}) =>
  setting.parse({
    name: "PARLANCE_PORT",
    meaning: "The port to listen on.",
    allowed: [],
    value: "9000",
    default: "8787",
    isSecret: false,
    isSet: true,
    source: "environment",
    ...given,
  });

export const aSettingList = (given: Given<typeof settingList> = {}) =>
  settingList.parse({
    host: "host_a",
    settings: [
      aSetting(),
      aSetting({ name: "PARLANCE_SECRET", meaning: "Signs.", value: null, isSecret: true }),
      aSetting({
        name: "PARLANCE_ZONE",
        meaning: "The time zone.",
        value: "UTC",
        default: "UTC",
        isSet: false,
        source: "default",
      }),
    ],
    unknown: [],
    signIn: { on: true, source: "database" },
    ...given,
  });

export const aModelReport = (given: Given<typeof modelReport> = {}) =>
  modelReport.parse({
    model: {
      id: "test-model",
      dim: 256,
      fingerprint: "abc123",
      maxTokens: 256,
      matryoshka: [256, 128],
      languages: ["en", "de"],
      licence: "apache-2.0",
      bytes: 8_800_000,
      providers: { asked: ["cpu"], active: "cpu", fallback: null },
    },
    uses: [
      {
        id: "test-model",
        fingerprint: "abc123",
        isHere: true,
        organizations: 2,
        collections: 3,
        embeddings: 1301,
        named: [{ id: "col_a", name: "Bakery" }],
      },
    ],
    ...given,
  });

export const aStoredCollection = (given: Given<typeof storedCollection> = {}) =>
  storedCollection.parse({
    id: "col_a",
    name: "Bakery",
    isErasing: false,
    messages: 1288,
    files: 3,
    fileBytes: 3_200_000,
    indexBytes: 900_000,
    ...given,
  });

export const aStorageReport = (given: Given<typeof storageReport> = {}) =>
  storageReport.parse({
    disk: { freeBytes: 40_000_000_000, reserveBytes: 256_000_000 },
    parts: {
      database: 12_000_000,
      files: 2_000_000,
      indexes: 900_000,
      copies: 0,
      models: 0,
      backups: 5_000_000,
    },
    backups: [{ name: "before-0018-x-1.db", bytes: 5_000_000, at: at(5, 1) }],
    organizations: [
      {
        id: "org_default",
        name: "Bakers",
        messages: 1288,
        files: 3,
        fileBytes: 3_200_000,
        indexBytes: 900_000,
        collections: [
          aStoredCollection(),
          aStoredCollection({ id: "col_x", name: null, indexBytes: null, isErasing: true }),
        ],
      },
    ],
    ...given,
  });

export const aGivenUpJob = (given: Given<typeof givenUpAnywhere> = {}) =>
  givenUpAnywhere.parse({
    id: "job_a",
    name: "index.due",
    title: "Indexing a collection",
    about: { collection: "col_x" },
    collection: "col_x",
    reason: "The oven is cold.",
    attempts: 3,
    givenUpAt: at(5, 9),
    organization: { id: "org_b", name: "Millers" },
    ...given,
  });

const counts = { searches: 8, empty: 2, slow: 1, p50: 20, p95: 2000, opened: 4 };
export const someSearches = (given: Given<typeof searches> = {}) =>
  searches.parse({
    days: [
      { day: "2026-03-02", ...counts },
      { day: "2026-03-03", ...counts, searches: 0, p50: null, p95: null },
      { day: "2026-03-04", ...counts },
    ],
    all: { ...counts, searches: 16 },
    before: { ...counts, searches: 8 },
    modes: [{ mode: "hybrid", ...counts, searches: 16 }],
    places: [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    texts: null,
    ...given,
  });

export const aModel = (given: Given<typeof registeredModel> = {}) =>
  registeredModel.parse({
    id: "test-model",
    source: "shipped",
    place: "test-model",
    state: "ready",
    problem: null,
    doneBytes: 0,
    totalBytes: 0,
    isDefault: true,
    isLoaded: true,
    facts: {
      dim: 256,
      maxTokens: 256,
      pooling: "mean",
      prefixes: { query: "", document: "" },
      languages: ["en"],
      matryoshka: [],
      licence: "mit",
      bytes: 8_800_000,
      fingerprint: "abc123",
    },
    speed: null,
    collections: 3,
    ...given,
  });

export const someModels = (given: Given<typeof registeredModels> = {}) =>
  registeredModels.parse({ models: [aModel()], defaultIsSet: false, ...given });
