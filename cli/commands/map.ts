// `parlance map`: writes the map of a collection as a table of points or a drawing.
import { extname } from "node:path";
import { defineCommand } from "citty";
import { csvCell } from "#services/contract/figure-csv.ts";
import { type MapMeta, mapMeta } from "#services/contract/map.ts";
import { unpack } from "#services/contract/packed.ts";
import { rejected } from "#services/domain/errors.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { drawMap, type MapPoints } from "#services/report/report.ts";
import { analysisOf } from "../analysis.ts";
import { ask, failureOf } from "../client/client.ts";
import { count, json, line, paint, table } from "../client/output.ts";
import { collectionArgument, type InCollection, inCollection } from "../in-collection.ts";
import { misuse } from "../line/misuse.ts";
import { writeOut } from "../written.ts";

const pointsOf = async ({ client, path }: InCollection): Promise<MapPoints> => {
  const response = await client.fetch(`${path}/map/points`);
  if (!response.ok) throw await failureOf(response);
  const { arrays } = unpack(await response.arrayBuffer());
  const [x, y, topic] = [arrays.get("x"), arrays.get("y"), arrays.get("topic")];
  if (!(x instanceof Float32Array && y instanceof Float32Array && topic instanceof Int16Array))
    throw rejected("The server has another version of Parlance's API.", { code: "bad-answer" });
  return { x, y, topic };
};

const csv = ({ topics }: MapMeta, { x, y, topic }: MapPoints): string => {
  const rows = Array.from(x, (left, at) => {
    const of = topics[topic[at] ?? -1];
    return `${at},${left},${y[at] ?? ""},${of?.topic ?? ""},${csvCell(of?.title ?? "")}`;
  });
  return `point,x,y,topic,title\r\n${rows.join("\r\n")}\r\n`;
};

const formats = ["svg", "csv"] as const;

/** undefined where neither is given. @throws ParlanceError rejected `bad-argument` for a format that there is not */
const formatOf = (given: string | undefined, out: string | undefined) => {
  if (given === undefined && out === undefined) return undefined;
  const wanted = given ?? extname(out ?? "").slice(1);
  const found = formats.find((one) => one === wanted);
  if (found !== undefined) return found;
  throw misuse(
    given === undefined
      ? `A map cannot be written to ${out}: its name ends with neither .svg nor .csv.`
      : `--format ${given} is not known.${didYouMean(given, formats)}`,
    "Write --out map.svg or --out map.csv, or say --format svg or --format csv.",
  );
};

export const map = defineCommand({
  meta: {
    name: "map",
    description: "The map of a collection: its regions, its points as CSV, or a drawing as SVG",
  },
  args: {
    collection: collectionArgument,
    format: { type: "string", description: "svg or csv (from the ending of --out by default)" },
    out: { type: "string", alias: "o", description: "File to write, .svg or .csv" },
    json: { type: "boolean", description: "Print the regions as JSON" },
  },
  run: ({ args }) => {
    const format = formatOf(args.format, args.out);
    if (args.json && format !== undefined)
      throw misuse(
        "--json prints the regions; a drawing or a table of points is written by --out.",
        "Leave out --json, or --out and --format.",
      );
    return inCollection(args.collection, async (there) => {
      await analysisOf(there);
      const meta = await ask(there.client, mapMeta, { path: `${there.path}/map` });
      if (args.json) return json(meta);
      if (format === undefined) {
        table(
          ["region", "points", "x", "y", "topic"],
          meta.regions.map(({ title, level, points, x, y, topic }) => [
            `${"  ".repeat(level)}${title}`,
            count(points),
            x.toFixed(3),
            y.toFixed(3),
            topic,
          ]),
        );
        return line(
          paint(
            "dim",
            `${count(meta.points)} points; --out map.svg draws them, --out map.csv lists them`,
          ),
        );
      }
      const points = await pointsOf(there);
      return writeOut(format === "svg" ? drawMap(meta, points) : csv(meta, points), args.out);
    });
  },
});
