// `parlance models`: the embedding models of the server; adds, tests, measures and removes them, and chooses the default.
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { defineCommand } from "citty";
import {
  modelSpeed,
  modelTest,
  modelTrial,
  type RegisteredModel,
  registeredModel,
  registeredModels,
  type TrialHit,
} from "#services/contract/models.ts";
import { modelReport } from "#services/contract/server.ts";
import { unavailable } from "#services/domain/errors.ts";
import { knownModels } from "#services/domain/known-models.ts";
import { size } from "#services/domain/size.ts";
import { ask, type Client, tell } from "../client/client.ts";
import { count, json, line, printable, table, when } from "../client/output.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const LOOK_MS = 500;

const pathOf = (id: string): string => `/api/v1/models/${encodeURIComponent(id)}`;

const shareOf = ({ doneBytes, totalBytes }: RegisteredModel): string =>
  totalBytes === 0 ? "fetching" : `fetching, ${Math.floor((100 * doneBytes) / totalBytes)} %`;

const stateOf = (model: RegisteredModel): string => {
  if (model.state === "fetching") return shareOf(model);
  if (model.state === "failed") return "failed";
  return model.isDefault ? "ready, default" : "ready";
};

const list = async (client: Client, asJson: boolean): Promise<void> => {
  const found = await ask(client, registeredModels, { path: "/api/v1/models" });
  if (asJson) return json(found);
  table(
    ["model", "state", "dimensions", "longest text", "licence", "size", "texts/s", "collections"],
    found.models.map((model) => [
      model.id,
      stateOf(model),
      model.facts === null ? "–" : count(model.facts.dim),
      model.facts === null ? "–" : `${count(model.facts.maxTokens)} tokens`,
      model.facts?.licence ?? "–",
      model.facts?.bytes == null ? "–" : size(model.facts.bytes),
      model.speed === null ? "–" : count(Math.round(model.speed.textsPerSecond)),
      model.collections === null ? "–" : count(model.collections),
    ]),
  );
  for (const { id, problem } of found.models)
    if (problem !== null) line(`${printable(id)}: ${printable(problem)}`);
};

/** Of all organizations: for whoever runs the server. */
const printUses = async (client: Client, fingerprint: string): Promise<void> => {
  const { uses } = await ask(client, modelReport, { path: "/api/v1/model" });
  const own = uses.filter((one) => one.fingerprint === fingerprint);
  for (const { named } of own)
    if (named.length > 0)
      line(`${"used by".padEnd(14)}${printable(named.map(({ name }) => name).join(", "))}`);
};

const show = async (client: Client, id: string, asJson: boolean): Promise<void> => {
  const model = await ask(client, registeredModel, { path: pathOf(id) });
  if (asJson) return json(model);
  const { facts, speed } = model;
  const rows: (readonly [string, string])[] = [
    ["model", model.id],
    ["state", stateOf(model)],
    ["from", model.place ?? model.source],
  ];
  if (model.problem !== null) rows.push(["problem", model.problem]);
  if (facts !== null)
    rows.push(
      [
        "dimensions",
        [facts.dim, ...facts.matryoshka.filter((dim) => dim !== facts.dim)].join(", "),
      ],
      ["longest text", `${count(facts.maxTokens)} tokens`],
      ["languages", facts.languages?.join(", ") ?? "many, or not said"],
      ["pooling", facts.pooling === "model" ? "in the model" : facts.pooling],
      [
        "prefixes",
        [facts.prefixes.query, facts.prefixes.document].filter(Boolean).join(" | ") || "none",
      ],
      ["licence", facts.licence ?? "not said"],
      ["size on disk", facts.bytes === null ? "–" : size(facts.bytes)],
      ["fingerprint", facts.fingerprint],
    );
  rows.push([
    "speed here",
    speed === null
      ? "not measured: parlance models bench"
      : `${count(Math.round(speed.textsPerSecond))} texts/s (${when(speed.at)})`,
  ]);
  const uses = model.collections ?? 0;
  if (model.collections !== null) rows.push(["collections", count(uses)]);
  for (const [name, value] of rows) line(`${name.padEnd(14)}${printable(value)}`);
  if (facts !== null && uses > 0) await printUses(client, facts.fingerprint);
};

/** Adds it, and waits until it is ready: the server goes on without this command. */
const add = async (client: Client, given: string, asJson: boolean): Promise<void> => {
  // The server does not know from where this is typed.
  const from = /^[./~]/u.test(given) ? resolve(given) : given;
  let model = await ask(client, registeredModel, { path: "/api/v1/models", body: { from } });
  let told = "";
  while (model.state === "fetching") {
    const share = shareOf(model);
    if (!asJson && share !== told) line(`${printable(model.id)}: ${share}`);
    told = share;
    await pause(LOOK_MS);
    model = await ask(client, registeredModel, { path: pathOf(model.id) });
  }
  if (model.state === "failed")
    throw unavailable(model.problem ?? "The model could not be added.", {
      code: "model-failed",
      hint: "The same command goes on where it stopped.",
    });
  if (asJson) return json(model);
  line(`${printable(model.id)} is ready.`);
  line(`Licence: ${printable(model.facts?.licence ?? "not said: look at where it comes from")}.`);
  line(`parlance import FILE -c NEW --model ${printable(model.id)} uses it for a new collection.`);
};

const test = async (client: Client, id: string, asJson: boolean): Promise<void> => {
  const found = await ask(client, modelTest, { path: `${pathOf(id)}/test`, method: "POST" });
  if (asJson) json(found);
  else
    table(
      ["check", "", "found"],
      found.checks.map(({ what, ok, detail }) => [what, ok ? "passed" : "FAILED", detail]),
    );
  if (!found.ok) process.exitCode = 1;
};

const bench = async (client: Client, id: string, asJson: boolean): Promise<void> => {
  const speed = await ask(client, modelSpeed, { path: `${pathOf(id)}/bench`, method: "POST" });
  if (asJson) return json(speed);
  line(
    `${printable(id)}: ${count(speed.textsPerSecond)} texts/s, ${count(speed.tokensPerSecond)} tokens/s (texts of 5 to 45 words, 64 at a time).`,
  );
};

const makeDefault = async (client: Client, id: string, asJson: boolean): Promise<void> => {
  const path = `${pathOf(id)}/default`;
  const model = await ask(client, registeredModel, { path, method: "POST" });
  if (asJson) return json(model);
  line(`New collections get ${printable(id)}. Those that are there keep theirs.`);
};

const remove = async (client: Client, id: string, asJson: boolean): Promise<void> => {
  await tell(client, { path: pathOf(id), method: "DELETE" });
  return asJson ? json({ id }) : line(`${printable(id)} is removed.`);
};

/** What others use; the server need not have them. */
const suggest = (asJson: boolean): void => {
  if (asJson) {
    json({ models: knownModels });
    return;
  }
  table(
    ["model", "good for", "dimensions", "longest text", "licence", "size"],
    knownModels.map((one) => [
      one.id,
      one.good,
      count(one.dim),
      `${count(one.maxTokens)} tokens`,
      one.licence,
      `~ ${count(one.megabytes)} MB`,
    ]),
  );
  line("From their cards; none of them was tried here. `parlance models add NAME` fetches one.");
};

const printHits = (model: string, hits: readonly TrialHit[]): void => {
  line(`  ${printable(model)}`);
  for (const { author, text, score } of hits)
    line(`    ${score.toFixed(3)}  ${printable(author)}: ${printable(text).slice(0, 100)}`);
};

/** Questions answered by the collection's model and by another one, side by side. */
const tryOn = (
  collection: string | undefined,
  { model, questions, asJson }: { model: string; questions: readonly string[]; asJson: boolean },
): Promise<void> => {
  if (questions.length === 0)
    throw misuse(
      "Which questions?",
      'For instance: parlance models try acme/model -c Team "why did the deploy fail"',
    );
  return inCollection(collection, async ({ client, path }) => {
    const body = { model, questions };
    const found = await ask(client, modelTrial, { path: `${path}/try-model`, body });
    if (asJson) return json(found);
    line(
      `${count(found.passages)} passages, ${count(Math.round(found.passagesPerSecond))} a second with ${printable(found.models.other)}; all would take ${duration(found.wholeSeconds)}.`,
    );
    for (const { question, own, other, shared } of found.questions) {
      line();
      line(`${printable(question)} (${shared} of ${own.length} the same)`);
      printHits(found.models.own, own);
      printHits(found.models.other, other);
    }
  });
};

const duration = (seconds: number): string =>
  seconds < 120 ? `${count(seconds)} s` : `${count(Math.ceil(seconds / 60))} min`;

const actions = { show, add, remove, default: makeDefault, test, bench };

export const models = defineCommand({
  meta: {
    name: "models",
    description:
      "List the server's embedding models, add one, test or measure it, give it to new collections, or remove it",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description:
        "list (default), suggest, show, add, test, bench, default, remove, or try: questions answered by the collection's model and by another one, on some of its passages",
    },
    model: {
      type: "positional",
      required: false,
      description:
        "add: a name on the hub (organization/model) or a folder by its whole path; otherwise the model's id",
    },
    collection: { ...collectionArgument, description: `try: ${collectionArgument.description}` },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("models", args.action, [
      "list",
      "suggest",
      "show",
      "add",
      "test",
      "bench",
      "default",
      "remove",
      "try",
    ]);
    const asJson = args.json === true;
    const { model } = args;
    if (action === "suggest") return suggest(asJson);
    if (action !== "list" && model === undefined)
      throw misuse("Which model?", "`parlance models` lists those that are here.");
    if (action === "try" && model !== undefined)
      return tryOn(args.collection, { model, questions: args._.slice(2), asJson });
    const client = await openClient();
    try {
      return action === "list" || action === "try" || model === undefined
        ? await list(client, asJson)
        : await actions[action](client, model, asJson);
    } finally {
      await client.close();
    }
  },
});
