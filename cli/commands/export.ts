// `parlance export`: writes a collection's conversations as one stream.
import { Readable } from "node:stream";
import { defineCommand } from "citty";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { failureOf } from "../client/client.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { misuse } from "../line/misuse.ts";
import { writeOut } from "../written.ts";

const formats = ["jsonl", "openai", "markdown"];

export const exportCommand = defineCommand({
  meta: {
    name: "export",
    description: "Write a collection's conversations to a file or to standard output",
  },
  args: {
    collection: collectionArgument,
    format: {
      type: "string",
      description:
        "jsonl (the default: everything, one conversation per line), openai (messages, one conversation per line) or markdown",
    },
    original: {
      type: "boolean",
      description:
        "With texts as they came, without the marks of cleaning (for whoever manages the collection)",
    },
    out: { type: "string", alias: "o", description: "File to write (standard output by default)" },
    json: { type: "boolean", description: "Same as --format jsonl" },
  },
  run: ({ args }) => {
    if (args.json && args.format !== undefined && args.format !== "jsonl")
      throw misuse(
        `--json and --format ${args.format} cannot be used together.`,
        "--json is the same as --format jsonl: leave one of them out.",
      );
    const format = args.format ?? "jsonl";
    if (!formats.includes(format))
      throw misuse(
        `--format ${format} is not known.${didYouMean(format, formats)}`,
        `Use ${formats.join(", ")}.`,
      );
    return inCollection(args.collection, async ({ client, path }) => {
      const response = await client.fetch(
        `${path}/export?format=${format}${args.original === true ? "&original=true" : ""}`,
      );
      if (!response.ok || response.body === null) throw await failureOf(response);
      return writeOut(Readable.fromWeb(response.body), args.out);
    });
  },
});
