// `parlance collections`: lists the collections.
import { defineCommand } from "citty";
import { count, json, line, table, when } from "../client/output.ts";
import { listCollections } from "../collections.ts";
import { openClient } from "../open-client.ts";

export const collections = defineCommand({
  meta: { name: "collections", description: "List the collections" },
  args: { json: { type: "boolean", description: "Print JSON" } },
  async run({ args }) {
    const client = await openClient();
    try {
      const all = await listCollections(client);
      if (args.json) return json(all);
      if (all.length === 0)
        return line(
          "There are no collections yet: `./parlance import FILE --collection NAME` creates one.",
        );
      table(
        ["name", "conversations", "messages", "others", "version", "last message", "id"],
        all.map((one) => [
          one.name,
          count(one.conversations),
          count(one.messages),
          count(one.others),
          one.version === null ? "–" : String(one.version),
          when(one.lastAt),
          one.id,
        ]),
      );
    } finally {
      await client.close();
    }
  },
});
