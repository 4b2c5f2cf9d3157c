// `parlance versions`: lists the versions of a collection's index.
import { defineCommand } from "citty";
import { versionList } from "#services/contract/collections.ts";
import { size } from "#services/domain/size.ts";
import { ask } from "../client/client.ts";
import { count, json, table, when } from "../client/output.ts";
import { findCollection } from "../collections.ts";
import { openClient } from "../open-client.ts";

export const versions = defineCommand({
  meta: {
    name: "versions",
    description: "List the versions of a collection's index that are kept, newest first",
  },
  args: {
    collection: {
      type: "string",
      alias: "c",
      required: true,
      description: "Name of the collection",
    },
    limit: { type: "string", default: "50", description: "How many, 1-200" },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const client = await openClient();
    try {
      const chosen = await findCollection(client, args.collection);
      const list = await ask(client, versionList, {
        path: `/api/v1/collections/${chosen.id}/versions?limit=${encodeURIComponent(args.limit)}`,
      });
      if (args.json) return json(list);
      table(
        ["version", "time", "passages", "added", "removed", "segments", "size", "commit", "what"],
        list.versions.map((one) => [
          String(one.number) + (one.tags.length > 0 ? ` (${one.tags.join(", ")})` : ""),
          when(one.at),
          count(one.rows),
          count(one.added),
          count(one.removed),
          String(one.segments),
          size(one.bytes),
          one.id.slice(0, 10),
          one.message,
        ]),
      );
    } finally {
      await client.close();
    }
  },
});
