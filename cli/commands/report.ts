// `parlance report`: writes a report about a collection to one file.
import { Readable } from "node:stream";
import { defineCommand } from "citty";
import { analysisOf } from "../analysis.ts";
import { failureOf } from "../client/client.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { misuse } from "../line/misuse.ts";
import { writeOut } from "../written.ts";

export const report = defineCommand({
  meta: {
    name: "report",
    description: "Write a report of a collection: one self-contained HTML page, or Markdown",
  },
  args: {
    collection: collectionArgument,
    format: { type: "string", description: "html or md (from the ending of --out; md by default)" },
    out: { type: "string", alias: "o", description: "File to write (standard output by default)" },
  },
  run: ({ args }) =>
    inCollection(args.collection, async (there) => {
      await analysisOf(there);
      const ending = args.out?.split(".").at(-1) === "html" ? "html" : "md";
      const format = args.format ?? ending;
      if (format !== "html" && format !== "md")
        throw misuse(`--format ${format} is not known.`, "Use html or md.");
      const response = await there.client.fetch(`${there.path}/report?format=${format}`);
      if (!response.ok || response.body === null) throw await failureOf(response);
      return writeOut(Readable.fromWeb(response.body), args.out);
    }),
});
