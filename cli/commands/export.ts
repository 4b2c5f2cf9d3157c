// `parlance export`: writes a collection's conversations as one stream.
import { Readable } from "node:stream";
import { defineCommand } from "citty";
import { rejected } from "#services/domain/errors.ts";
import { failureOf } from "../client/client.ts";
import { findCollection } from "../collections.ts";
import { openClient } from "../open-client.ts";
import { writeOut } from "../written.ts";

const formats = ["jsonl", "openai", "markdown"];

export const exportCommand = defineCommand({
  meta: {
    name: "export",
    description: "Write a collection's conversations to a file or to standard output",
  },
  args: {
    collection: {
      type: "string",
      alias: "c",
      required: true,
      description: "Name of the collection",
    },
    format: {
      type: "string",
      default: "jsonl",
      description:
        "jsonl (everything, one conversation per line), openai (messages, one conversation per line) or markdown",
    },
    out: { type: "string", alias: "o", description: "File to write (standard output by default)" },
    json: { type: "boolean", description: "Same as --format jsonl" },
  },
  async run({ args }) {
    const format = args.json ? "jsonl" : args.format;
    if (!formats.includes(format))
      throw rejected(`--format ${format} is not known.`, {
        code: "bad-argument",
        hint: `Use ${formats.join(", ")}.`,
      });
    const client = await openClient();
    try {
      const chosen = await findCollection(client, args.collection);
      const response = await client.fetch(
        `/api/v1/collections/${chosen.id}/export?format=${format}`,
      );
      if (!response.ok || response.body === null) throw await failureOf(response);
      return await writeOut(Readable.fromWeb(response.body), args.out);
    } finally {
      await client.close();
    }
  },
});
