// `parlance model`: the embedding model of the server, and which collections were embedded with which.
import { defineCommand } from "citty";
import { modelReport } from "#services/contract/server.ts";
import { size } from "#services/domain/size.ts";
import { ask } from "../client/client.ts";
import { count, json, line, printable, table } from "../client/output.ts";
import { openClient } from "../open-client.ts";

export const model = defineCommand({
  meta: {
    name: "model",
    description: "The embedding model in use, and which collections were embedded with which",
  },
  args: { json: { type: "boolean", description: "Print JSON" } },
  run: async ({ args }) => {
    const client = await openClient();
    try {
      const found = await ask(client, modelReport, { path: "/api/v1/model" });
      if (args.json) return json(found);
      const { model: used, uses } = found;
      if (used === null) line("The model cannot be opened: `parlance doctor` says why.");
      else
        for (const [name, value] of [
          ["model", used.id],
          [
            "dimensions",
            [used.dim, ...used.matryoshka.filter((dim) => dim !== used.dim)].join(", "),
          ],
          ["longest text", `${count(used.maxTokens)} tokens`],
          ["languages", used.languages?.join(", ") ?? "many, or not said"],
          ["licence", used.licence ?? "not said"],
          ["size on disk", used.bytes === null ? "–" : size(used.bytes)],
          [
            "runs on",
            used.providers.fallback === null
              ? used.providers.active
              : `${used.providers.active} (asked for ${used.providers.asked.join(", ")}: ${used.providers.fallback})`,
          ],
          ["fingerprint", used.fingerprint],
        ] as const)
          line(`${name.padEnd(14)}${printable(value)}`);
      line();
      return table(
        ["embedded with", "collections", "embeddings", "organizations", "note"],
        uses.map((one) => [
          one.id ?? "nothing yet",
          count(one.collections),
          count(one.embeddings),
          count(one.organizations),
          one.id === null || one.isCurrent ? "" : "another model: searched by words only",
        ]),
      );
    } finally {
      await client.close();
    }
  },
});
