// Health, readiness, the formats that are read, the OpenAPI document and the page that shows it.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { hasRight } from "#services/accounts/accounts.ts";
import type { Broker } from "#services/bus/broker.ts";
import { glossary } from "#services/contract/glossary.ts";
import { jobTitles } from "#services/contract/job-list.ts";
import {
  type DegradedPart,
  formatList,
  type Readiness,
  readiness,
} from "#services/contract/system.ts";
import type { Scope } from "#services/domain/scope.ts";
import { size } from "#services/domain/size.ts";
import { check } from "#services/health/health.ts";
import type { Parlance } from "#services/parlance.ts";
import { formats } from "#services/parse/parse.ts";
import { indexHealth } from "#services/views/views.ts";
import { type ApiApp, type ApiParts, answers } from "../api-app.ts";

const tags = ["System"];

const asSentence = (text: string): string => (/[.!?]$/u.test(text) ? text : `${text}.`);

/** A nearly full disk, in the words for whoever looks after the server, and for whoever brings files. */
const shortOfRoom = async ({ space }: ApiParts["machine"]) => {
  const short = await space.short();
  if (short === null) return undefined;
  const effect = "Imports and analyses wait until there is room; searching works.";
  const room = `${size(short.freeBytes)} are free, ${size(short.neededBytes)} are needed`;
  return {
    whole: { code: "disk-full", message: `The disk is nearly full: ${room}. ${effect}` },
    plain: { code: "disk-full", message: `The disk of the server is nearly full. ${effect}` },
  };
};

/** Without these nothing can be relied on: not ready. With others a part of the product works on. */
const disabling: ReadonlySet<string> = new Set(["database-damaged"]);

/** @throws where it is not connected */
const describeBroker =
  ({ label, state }: Broker) =>
  async (): Promise<string> => {
    const now = state();
    if (now.kind === "down" || now.kind === "blocked") throw new Error(`${label}: ${now.problem}`);
    return `${label}: ${now.kind}`;
  };

/** Given-up jobs named one by one on /ready; the rest of them are only counted. */
const MOST_NAMED = 10;

/** Given-up jobs of the organization that asks; those of others are its own business. */
const givenUpParts = async ({ jobs, scope }: Parlance): Promise<DegradedPart[]> => {
  const counts = await jobs.counts(scope);
  const more = counts.reduce((all, { buried }) => all + buried, 0) - MOST_NAMED;
  const named = await jobs.buried(scope, MOST_NAMED);
  return [
    ...named.map(({ id, name, collection, reason, attempts }) => ({
      code: "job-given-up",
      message: `${jobTitles[name]} was given up after ${attempts} attempt${attempts === 1 ? "" : "s"}: ${asSentence(reason)}`,
      hint: `\`parlance jobs retry ${id}\` tries again.`,
      ...(collection === null ? {} : { collection }),
    })),
    ...(more > 0
      ? [
          {
            code: "jobs-given-up",
            message: `${more} more jobs were given up.`,
            hint: "`parlance jobs` lists them.",
          },
        ]
      : []),
  ];
};

/** What the rows tell of: given-up jobs, damaged indexes. @throws where they cannot be read */
const partsOfRows = async (parlance: Parlance): Promise<DegradedPart[]> => [
  ...(await givenUpParts(parlance)),
  ...(await indexHealth(parlance)),
];

/** The state of the server, and what of it concerns those who do not look after it. */
interface Told {
  readonly whole: Readiness;
  readonly own: DegradedPart[];
}

/** For a load balancer, and for everybody who does not look after the server: whether it works, not what it is made of. */
const withoutDetails = (whole: Readiness): Readiness => ({
  ...whole,
  checks: whole.checks.map(({ name, ok }) => ({ name, ok, detail: ok ? "ok" : "failed" })),
  degraded: [],
  ...(whole.server === undefined
    ? {}
    : {
        server: {
          ...whole.server,
          host: "",
          database: "",
          broker: "",
          counters: "",
          blobs: "",
          indexes: "",
        },
      }),
  // Its reason names files and libraries of the machine.
  providers: { ...whole.providers, fallback: null },
  engines: [],
});

/** As much of it as a caller may know. */
const toldTo = ({ whole, own }: Told, scope: Scope): Readiness => {
  if (hasRight(scope, "server")) return whole;
  const outside = withoutDetails(whole);
  if (scope.caller.kind === "nobody") return outside;
  const { server: _, ...about } = outside;
  return { ...about, degraded: hasRight(scope, "read") ? own : [] };
};

export const systemRoutes = (app: ApiApp, parts: ApiParts): void => {
  const { machine, describeThreads } = parts;

  app.openapi(
    createRoute({
      method: "get",
      path: "/health",
      summary: "The process lives",
      tags,
      responses: answers(200, z.object({ status: z.literal("ok") }), "It does"),
    }),
    (c) => c.json({ status: "ok" as const }, 200),
  );

  const ready = async (parlance: Parlance): Promise<Told> => {
    const [told] = await Promise.allSettled([partsOfRows(parlance)]);
    const ofRows = told.status === "fulfilled" ? told.value : [];
    const disk = await shortOfRoom(machine);
    // Asked after the rows: damage that is met in them is told to the health.
    const degraded = [...(disk ? [disk.whole] : []), ...machine.health.parts(), ...ofRows];
    const checks = await Promise.all([
      check("database", async () => {
        const damage = degraded.find(({ code }) => disabling.has(code));
        if (damage) throw new Error(damage.message);
        if (told.status === "rejected") throw told.reason;
        await machine.ping();
        return "answers";
      }),
      check("disk", async () => {
        const { freeBytes, reserveBytes } = await machine.space.look();
        return `${size(freeBytes)} free, of which ${size(reserveBytes)} are kept free`;
      }),
      check("model", async () => (await machine.model()).id),
      check("jobs", async () => {
        const counts = await parlance.jobs.counts(parlance.scope);
        const sum = (of: "waiting" | "active" | "buried") =>
          counts.reduce((all, one) => all + one[of], 0);
        return `${sum("waiting")} waiting, ${sum("active")} running, ${sum("buried")} given up`;
      }),
      ...(machine.broker === undefined ? [] : [check("broker", describeBroker(machine.broker))]),
      ...(describeThreads === undefined ? [] : [check("threads", async () => describeThreads())]),
    ]);
    const embedder = await machine.embedder().catch((): undefined => undefined);
    const whole: Readiness = {
      // Without the broker files are still accepted, and searching works.
      ready: checks.every(({ name, ok }) => ok || name === "broker"),
      version: parts.version,
      checks,
      degraded,
      server: { ...machine.facts, stages: [...machine.facts.stages] },
      model: {
        id: embedder?.model.id ?? "",
        dim: embedder?.model.dim ?? 0,
        fingerprint: embedder?.model.fingerprint ?? "",
      },
      providers: {
        asked: [...(embedder?.providers.asked ?? machine.config.executionProviders)],
        active: embedder?.providers.active ?? "none",
        fallback: embedder?.providers.fallback ?? null,
      },
      engines: parts.engines().map((engine) => ({ ...engine })),
    };
    return { whole, own: [...(disk ? [disk.plain] : []), ...ofRows] };
  };
  const readyRoute = createRoute({
    method: "get",
    path: "/ready",
    summary: "Everything that a request needs is there",
    description:
      "Whoever looks after the server is told what it is made of; members whether it works, and what concerns their collections; others only whether it works.",
    tags,
    responses: {
      ...answers(200, readiness, "It is"),
      503: {
        description: "Something is missing: see `checks`",
        content: { "application/json": { schema: readiness } },
      },
    },
  });
  app.openapi(readyRoute, async (c) => {
    const state = toldTo(await ready(parts.within(c).parlance), c.get("scope"));
    return state.ready ? c.json(state, 200) : c.json(state, 503);
  });

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/formats",
      summary: "The formats that are read",
      tags,
      responses: answers(200, formatList, "All of them"),
    }),
    (c) => c.json({ formats: [...formats] }, 200),
  );

  app.get("/openapi.json", (c) => {
    c.header("cache-control", "no-cache");
    return c.json(describeApi(app, parts.version));
  });
  docsRoutes(app);
};

/** The glossary in Markdown, as the document's description has it. */
const words = glossary
  .flatMap(({ title, entries }) => [
    `### ${title}`,
    ...entries.map(({ word, means, also = [] }) => {
      const names = also.length > 0 ? ` (${also.join(", ")})` : "";
      return `- **${word}**${names}: ${means}`;
    }),
  ])
  .join("\n");

export const describeApi = (app: ApiApp, version: string) =>
  app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Parlance",
      version,
      description:
        "Conversations kept, searched and understood. Errors are application/problem+json (RFC 9457) with a stable `code`; lists are paged with `cursor`; times are milliseconds since 1970.\n\n" +
        `## Words\n${words}`,
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/" }],
  });

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parlance API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** A file of its own, since no inline script is allowed. No validator: nothing is loaded from elsewhere. */
const start = `window.ui = SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });
`;

const assets: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
};

const docsRoutes = (app: ApiApp): void => {
  app.get("/docs", (c) => c.html(page));
  app.get("/docs/start.js", (c) =>
    c.body(start, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  for (const [name, type] of Object.entries(assets)) {
    const path = fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
    app.get(`/docs/${name}`, async (c) =>
      c.body(await readFile(path), 200, {
        "content-type": type,
        "cache-control": "public, max-age=86400",
      }),
    );
  }
};
