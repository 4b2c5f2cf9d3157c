// `parlance doctor`: checks this machine, the settings and the home, and says what to do about problems.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { defineCommand } from "citty";
import { type Config, readConfig } from "#services/config/config.ts";
import { settingStates, unknownSettings } from "#services/config/setting-states.ts";
import { settingText, sourceText } from "#services/contract/setting-words.ts";
import { readiness, type ServerFacts } from "#services/contract/system.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import type { Client } from "../client/client.ts";
import { type Finding, json, line, paint, printable } from "../client/output.ts";
import { listCollections } from "../collections.ts";
import { openClient } from "../open-client.ts";

const run = promisify(execFile);

const versionOf = async (command: string, args: readonly string[]): Promise<string | undefined> =>
  run(command, args).then(
    ({ stdout }) => stdout.trim().split("\n")[0],
    () => undefined,
  );

const machine = async (config: Config): Promise<Finding[]> => {
  const git = await versionOf("git", ["--version"]);
  const lfs = await versionOf("git", ["lfs", "version"]);
  const { engineStates } = await import("../embedded/embedded.ts");
  return [
    { name: "Node", state: "ok", detail: process.versions.node },
    git === undefined
      ? {
          name: "git",
          state: "bad",
          detail: "not found: indexes are git repositories; apt-get install git",
          code: "git-missing",
        }
      : { name: "git", state: "ok", detail: git },
    {
      name: "git-lfs",
      state: lfs === undefined ? "note" : "ok",
      detail: lfs ?? "not found; needed only to push an index to another machine",
    },
    ...engineStates(config).map(
      ({ name, available, reason }): Finding => ({
        name: `engine ${name}`,
        state: available ? "ok" : "note",
        detail: reason ?? "available",
      }),
    ),
  ];
};

const unknown = (config: Config): Finding[] =>
  unknownSettings(config).map(({ name, near }) => ({
    name,
    state: "bad",
    detail: `unknown setting, perhaps ${near ?? "a typing mistake"}`,
    code: "unknown-setting",
  }));

const settings = (config: Config): Finding[] =>
  settingStates(config).map((setting) => ({
    name: setting.name,
    state: "ok",
    detail: `${settingText(setting)} (${sourceText(setting.source)})`,
  }));

/** What is here and not behind PARLANCE_URL. */
const here = async (config: Config): Promise<Finding[]> => {
  const { examineHome } = await import("../embedded/embedded.ts");
  return [...(await machine(config)), ...settings(config), ...(await examineHome(config))];
};

/** A server may run on another machine, with settings and a home of its own, which cannot be seen from here. */
const elsewhere = (url: string): Finding[] => [
  { name: "Node", state: "ok", detail: process.versions.node },
  {
    name: "home",
    state: "note",
    detail: `not looked at: PARLANCE_URL names ${url}. Run doctor without PARLANCE_URL on its machine to check its home and settings`,
  },
];

const serverFinding = (server: ServerFacts): Finding => {
  const work = server.role === "api" ? "answers requests" : `runs ${server.stages.join(", ")}`;
  return {
    name: "server",
    state: "ok",
    detail: `${server.host}, role ${server.role}, ${work}; database ${server.database}; jobs through ${server.broker}; requests counted in ${server.counters}; files in ${server.blobs}; indexes in ${server.indexes}`,
  };
};

const product = async (client: Client): Promise<Finding[]> => {
  const response = await client.fetch("/ready");
  const read = readiness.safeParse(await response.json());
  if (!read.success)
    return [
      {
        name: "ready",
        state: "bad",
        detail: `${client.where} answers, but not like a Parlance server`,
      },
    ];
  const { checks, degraded = [], model, providers, server } = read.data;
  // A server that is not ready may be unable to list its collections.
  const collections = degraded.some(({ collection }) => collection !== undefined)
    ? await listCollections(client).catch(() => [])
    : [];
  const names = new Map(collections.map(({ id, name }) => [id, `“${name}”: `]));
  return [
    {
      name: "answers",
      state: "ok",
      detail: client.local ? `no server is running; opened ${client.where} directly` : client.where,
    },
    ...(server === undefined ? [] : [serverFinding(server)]),
    ...checks.map(
      (check): Finding => ({
        name: check.name,
        state: check.ok ? "ok" : "bad",
        detail: check.detail,
        ...(check.ok ? {} : { code: `${check.name}-not-ready` }),
      }),
    ),
    ...degraded.map(
      ({ code, message, hint, collection = "" }): Finding => ({
        name: code,
        state: "bad",
        detail: [`${names.get(collection) ?? ""}${message}`, hint].filter(Boolean).join(" "),
        code,
      }),
    ),
    {
      name: "model",
      state: "ok",
      detail: `${model.id}, ${model.dim} dimensions, ${model.fingerprint.slice(0, 12)}`,
    },
    {
      name: "runs on",
      state: providers.fallback === null ? "ok" : "note",
      detail: `${providers.active}${providers.fallback === null ? "" : ` (asked for ${providers.asked.join(", ")}: ${providers.fallback})`}`,
    },
  ];
};

export const doctor = defineCommand({
  meta: {
    name: "doctor",
    description: "Check this machine, the settings and the home, or the server at PARLANCE_URL",
  },
  args: { json: { type: "boolean", description: "Print JSON" } },
  async run({ args }) {
    const config = readConfig(process.env);
    const findings = [
      ...(config.url === undefined ? await here(config) : elsewhere(config.url)),
      ...unknown(config),
    ];
    try {
      const client = await openClient();
      try {
        findings.push(...(await product(client)));
      } finally {
        await client.close();
      }
    } catch (error) {
      findings.push({
        name: "answers",
        state: "bad",
        detail: error instanceof Error ? error.message : String(error),
        code: error instanceof ParlanceError ? error.code : "not-reachable",
      });
    }
    if (args.json) json(findings);
    else {
      const mark = { ok: paint("green", "✓"), note: paint("yellow", "•"), bad: paint("red", "✗") };
      for (const { name, state, detail, items = [] } of findings) {
        line(`${mark[state]} ${name.padEnd(28)} ${printable(detail)}`);
        for (const item of items.slice(0, 20))
          line(paint("dim", `${" ".repeat(31)}${printable(item)}`));
      }
    }
    if (findings.some((finding) => finding.state === "bad")) process.exitCode = 1;
  },
});
