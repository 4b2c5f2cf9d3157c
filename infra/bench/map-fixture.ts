// A synthetic map at the API's addresses, together with a built web app: for the benchmark of the map page.

import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { pack } from "#services/contract/packed.ts";
import {
  authors,
  countOf,
  dayMs,
  firstDay,
  lastDay,
  makeMap,
  roles,
  type SyntheticMap,
  subjects,
  topicsOf,
} from "./map-fixture-points.ts";

const metaOf = (map: SyntheticMap) => {
  const { leaves, general } = topicsOf(map);
  const range = (values: Float32Array) =>
    values.reduce(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)] as [number, number],
      [Infinity, -Infinity] as [number, number],
    );
  const [[left, right], [bottom, top]] = [range(map.x), range(map.y)];
  return {
    analysis: "ana_bench",
    version: 3,
    unit: "chunk",
    points: map.x.length,
    messages: map.x.length,
    unplaced: 0,
    extent: { left, right, bottom, top },
    regions: [
      ...general
        .toSorted((a, b) => b.points - a.points)
        .map(({ title, at, points, x, y }) => ({
          topic: `top_g${at}`,
          level: 0,
          title,
          colour: at,
          x,
          y,
          points,
        })),
      ...leaves
        .toSorted((a, b) => b.points - a.points)
        .map(({ title, at, points, x, y }) => ({
          topic: `top_${at}`,
          level: 1,
          title,
          colour: at,
          x,
          y,
          points,
        })),
    ],
    topics: leaves.map(({ title, at }) => ({ topic: `top_${at}`, title, colour: at })),
    columns: ["topic", "author", "role", "time", "sentiment"].map((name) => ({
      name,
      label: name[0]?.toUpperCase() + name.slice(1),
    })),
    time: { first: firstDay * dayMs, last: lastDay * dayMs },
    trustworthiness: 0.97,
  };
};

const topicListOf = (map: SyntheticMap) => {
  const { leaves, general } = topicsOf(map);
  const all = map.x.length;
  const shared = {
    titleBy: "keywords",
    summary: null,
    keywords: [],
    examples: [],
    conversations: 1,
    people: 1,
    hidden: false,
    silhouette: null,
    cohesion: null,
    bornVersion: 1,
    firstAt: null,
    lastAt: null,
    spark: [],
    trend: { direction: "steady", ratio: 1, p: 1, says: "" },
  };
  return {
    analysis: "ana_bench",
    version: 3,
    topics: [
      ...general.map(({ title, at, points, below }) => ({
        ...shared,
        id: `top_g${at}`,
        level: 0,
        leaf: false,
        parent: null,
        children: below.map((leaf) => `top_${leaf.at}`),
        title,
        points,
        messages: points,
        share: points / all,
        colour: at,
      })),
      ...leaves.map(({ title, at, points, parent }) => ({
        ...shared,
        id: `top_${at}`,
        level: 1,
        leaf: true,
        parent: `top_g${parent}`,
        children: [],
        title,
        points,
        messages: points,
        share: points / all,
        colour: at,
      })),
    ],
    outliers: countOf(map.topic, -1),
    points: all,
  };
};

const facet = (names: readonly string[], codes: ArrayLike<number>) =>
  names.map((name, code) => ({ value: name, label: name, count: countOf(codes, code) }));

const columnOf = (map: SyntheticMap, name: string): Uint8Array<ArrayBuffer> | undefined => {
  const numbers = { time: "time", sentiment: "share" } as const;
  if (name === "author" || name === "role")
    return pack(
      { kind: "categories", name, values: facet(name === "author" ? authors : roles, map[name]) },
      { values: map[name] },
    );
  if (name === "time" || name === "sentiment")
    return pack(
      {
        kind: "numbers",
        name,
        unit: numbers[name],
        low: name === "time" ? firstDay : -1,
        high: name === "time" ? lastDay : 1,
      },
      { values: map[name] },
    );
  return undefined;
};

const messageOf = (map: SyntheticMap, point: number) => {
  const subject = subjects[map.topic[point] ?? -1];
  return {
    chunk: `chk_${point}`,
    message: `msg_${point}`,
    conversation: `con_${point % 997}`,
    title: `#support, day ${Math.floor(map.time[point] ?? 0)}`,
    author: authors[map.author[point] ?? 0] ?? "mira",
    at: Math.round((map.time[point] ?? 0) * dayMs),
    topic: subject === undefined ? null : `top_${map.topic[point]}`,
    text: `${subject ?? "Something else"}: I have tried what the page says, and it still does not come up after a restart. Is there a log that tells more?`,
  };
};

const selectedOf = (map: SyntheticMap) => ({
  analysis: "ana_bench",
  total: 1204,
  conversations: 87,
  points: 1100,
  messages: Array.from({ length: 20 }, (_, at) => {
    const { text, ...message } = messageOf(map, at * 37);
    return {
      ...message,
      channel: "#support",
      source: "irc",
      role: "person",
      language: "en",
      text,
      textLength: text.length,
      sentiment: 0,
      flags: [],
      point: at * 37,
    };
  }),
  facets: {
    topics: subjects
      .slice(0, 6)
      .map((label, at) => ({ value: `top_${at}`, label, count: 400 - at * 60 })),
    authors: facet(authors.slice(0, 4), map.author),
    sources: [{ value: "irc", label: "irc", count: 1204 }],
    channels: [],
    languages: [
      { value: "en", label: "en", count: 1000 },
      { value: "de", label: "de", count: 204 },
    ],
    roles: [],
  },
  nextCursor: null,
});

const analysisOf = (map: SyntheticMap) => ({
  id: "ana_bench",
  state: "done",
  progress: 1,
  doing: null,
  version: 3,
  stale: false,
  pendingEdits: 0,
  settings: {
    unit: "chunk",
    k: null,
    layout: "umap",
    automatic: true,
    llm: false,
    mask: { kinds: [], words: [] },
  },
  points: map.x.length,
  messages: map.x.length,
  topics: subjects.length,
  quality: null,
  startedAt: null,
  finishedAt: null,
  steps: [],
  llm: null,
  error: null,
});

const collectionOf = (map: SyntheticMap) => ({
  id: "col_bench",
  name: "Synthetic map",
  description: "",
  zone: "UTC",
  createdAt: 0,
  conversations: 997,
  messages: map.x.length,
  indexed: map.x.length,
  pending: 0,
  sources: [],
  firstAt: firstDay * dayMs,
  lastAt: lastDay * dayMs,
  version: 3,
  model: "none",
  languages: [],
  defaultMode: "hybrid",
  notices: [],
  indexBytes: 0,
  level: "manage",
});

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** The answer for a path: JSON, packed arrays, or undefined where there is none. */
const answerTo = (map: SyntheticMap, path: string): unknown => {
  const { x, y, topic } = map;
  const point = /^map\/points\/(\d+)$/.exec(path)?.[1];
  if (point !== undefined) return { point: Number(point), ...messageOf(map, Number(point)) };
  const column = /^map\/columns\/(\w+)$/.exec(path)?.[1];
  if (column !== undefined) return columnOf(map, column);
  const answers: Record<string, () => unknown> = {
    "": () => collectionOf(map),
    map: () => metaOf(map),
    "map/points": () => pack({ analysis: "ana_bench" }, { x, y, topic }),
    "map/hits": () => ({
      analysis: "ana_bench",
      points: Array.from({ length: 60 }, (_, at) => at * 101),
      scores: Array.from({ length: 60 }, (_, at) => 1 - at / 60),
      missing: 2,
    }),
    analysis: () => analysisOf(map),
    topics: () => topicListOf(map),
    messages: () => selectedOf(map),
    labels: () => ({ labels: [] }),
    uploads: () => ({ uploads: [] }),
  };
  return answers[path]?.();
};

/** Answers for the rest of the page. */
const elsewhere = (map: SyntheticMap, pathname: string): unknown => {
  if (pathname === "/api/v1/collections") return { collections: [collectionOf(map)] };
  return pathname === "/api/v1/alerts" ? { alerts: [], unseen: 0, nextCursor: null } : undefined;
};

export interface MapFixture {
  readonly url: string;
  close(): void;
}

/** Serves a built web app and a synthetic map of so many points at `/c/col_bench/map`. */
export const serveMap = async (points: number, dist: string, port = 0): Promise<MapFixture> => {
  const map = makeMap(points);
  // Each answer is made only once, because the page is measured and not this server.
  const made = new Map<string, unknown>();
  const answer = (path: string) => {
    if (!made.has(path)) made.set(path, answerTo(map, path));
    return made.get(path);
  };
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = /^\/api\/v1\/collections\/[^/]+\/?(.*)$/.exec(pathname)?.[1];
    if (path !== undefined || pathname.startsWith("/api/")) {
      const found = path === undefined ? elsewhere(map, pathname) : answer(path);
      response.statusCode = found === undefined ? 404 : 200;
      response.setHeader(
        "content-type",
        found instanceof Uint8Array ? "application/octet-stream" : "application/json",
      );
      response.end(
        found instanceof Uint8Array ? found : JSON.stringify(found ?? { title: "Not found" }),
      );
      return;
    }
    const file = join(dist, pathname);
    const isFile = extname(pathname) !== "" && existsSync(file);
    response.setHeader("content-type", types[isFile ? extname(pathname) : ".html"] ?? "text/plain");
    response.setHeader(
      "content-security-policy",
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data: blob:; worker-src 'self'",
    );
    response.end(readFileSync(isFile ? file : join(dist, "index.html")));
  };
  const server = createServer(serve);
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
