// `parlance audit`: what was done and by whom; whether the log is as it was written; the log as a file.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { defineCommand } from "citty";
import { auditCheck, auditList } from "#services/contract/organizations.ts";
import { corrupt } from "#services/domain/errors.ts";
import { ask, type Client, failureOf } from "../client/client.ts";
import { count, json, line, table, when } from "../client/output.ts";
import { actionOf } from "../line/action-of.ts";
import { limitOf } from "../line/limit.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

interface Given {
  readonly what?: string | undefined;
  readonly by?: string | undefined;
  readonly limit: string;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
}

const list = async (client: Client, { what, by, limit, json: asJson }: Given): Promise<void> => {
  const query = new URLSearchParams({ limit: String(limitOf(limit, 200)) });
  if (what !== undefined) query.set("action", what);
  if (by !== undefined) query.set("actor", by);
  const { entries } = await ask(client, auditList, { path: `/api/v1/audit?${query}` });
  if (asJson) return json({ entries });
  if (entries.length === 0) return line("Nothing of the kind was done.");
  return table(
    ["entry", "time", "who", "what", "to", "from", "details"],
    entries.map((one) => [
      count(one.seq),
      when(one.at),
      one.actor,
      one.action,
      one.target ?? "–",
      one.network ?? "–",
      Object.entries(one.details)
        .map(([name, value]) => `${name}=${value}`)
        .join(" "),
    ]),
  );
};

const verify = async (client: Client, asJson: boolean | undefined): Promise<void> => {
  const found = await ask(client, auditCheck, { path: "/api/v1/audit/check" });
  if (asJson) return json(found);
  if (found.ok)
    return line(
      found.entries === 1
        ? "The only entry is as it was written."
        : `All ${count(found.entries)} entries are as they were written.`,
    );
  throw corrupt(`Entry ${found.brokenAt} was changed, or one before it is missing.`, {
    code: "audit-damaged",
    hint: "Compare the log with an earlier export of it.",
  });
};

const save = async (client: Client, out: string | undefined): Promise<void> => {
  if (out === undefined)
    throw misuse("Where to?", "Write `parlance audit export --out audit.csv` (or .jsonl).");
  const format = /\.(csv|jsonl)$/u.exec(out)?.[1];
  if (format === undefined)
    throw misuse(
      `The log cannot be written to ${out}: its name ends with neither .csv nor .jsonl.`,
      "Write `--out audit.csv`, or `--out audit.jsonl`.",
    );
  const response = await client.fetch(`/api/v1/audit/export?format=${format}`);
  if (!response.ok) throw await failureOf(response);
  const body = response.body as ReadableStream<Uint8Array>;
  await pipeline(Readable.fromWeb(body), createWriteStream(out, { mode: 0o600 }));
  line(`The log is in ${out}.`);
};

export const audit = defineCommand({
  meta: {
    name: "audit",
    description: "List what was done and by whom; verify that the log was not changed; export it",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description: "list (default), verify or export",
    },
    what: { type: "string", description: "With list: only this, such as sign-in or member" },
    by: { type: "string", description: "With list: only of this name or id" },
    limit: { type: "string", default: "50", description: "With list: how many, 1-200" },
    out: { type: "string", alias: "o", description: "With export: a file, .csv or .jsonl" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("audit", args.action, ["list", "verify", "export"]);
    const client = await openClient();
    try {
      if (action === "list") return await list(client, args);
      if (action === "verify") return await verify(client, args.json);
      return await save(client, args.out);
    } finally {
      await client.close();
    }
  },
});
