// `parlance report`: writes a report about a collection to one file.
import { extname } from "node:path";
import { Readable } from "node:stream";
import { defineCommand } from "citty";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { analysisOf } from "../analysis.ts";
import { failureOf } from "../client/client.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { misuse } from "../line/misuse.ts";
import { writeOut } from "../written.ts";

const formats = ["html", "md"] as const;

/** @throws ParlanceError rejected `bad-argument` where neither the option nor the file's ending says a format that there is */
const formatOf = (given: string | undefined, out: string | undefined): "html" | "md" => {
  if (given === undefined && out === undefined) return "md";
  const wanted = given ?? extname(out ?? "").slice(1);
  const found = formats.find((one) => one === wanted);
  if (found !== undefined) return found;
  throw misuse(
    given === undefined
      ? `A report cannot be written to ${out}: its name ends with neither .html nor .md.`
      : `--format ${given} is not known.${didYouMean(given, formats)}`,
    "Write --out report.html or --out report.md, or say --format html or --format md.",
  );
};

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
  run: ({ args }) => {
    const format = formatOf(args.format, args.out);
    return inCollection(args.collection, async (there) => {
      await analysisOf(there);
      const response = await there.client.fetch(`${there.path}/report?format=${format}`);
      if (!response.ok || response.body === null) throw await failureOf(response);
      return writeOut(Readable.fromWeb(response.body), args.out);
    });
  },
});
