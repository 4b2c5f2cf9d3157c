// Round trips: made-up chats written as files of each format, read again and compared. Then some through a real store and Parlance's own export, twice. `--chats N`, `--first N`, `--format WORD`, `--own N`.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readPath } from "#services/parse/parse.builders.ts";
import { machine, markdownTable } from "./measure.ts";
import { assistants } from "./trips/assistants.ts";
import { chatApps } from "./trips/chat-apps.ts";
import { chatOf } from "./trips/made-up-chats.ts";
import { ownRoundTrip } from "./trips/own-export.ts";
import { rooms } from "./trips/rooms.ts";
import { texts } from "./trips/texts.ts";
import { lostIn, type Writer } from "./trips/trip.ts";
import { whatsapp } from "./trips/whatsapp.ts";

const { values } = parseArgs({
  options: {
    chats: { type: "string", default: "50000" },
    first: { type: "string", default: "1" },
    format: { type: "string", default: "" },
    own: { type: "string", default: "2000" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "parlance-trips-"));

/** @returns what was lost on the way; undefined where nothing was */
const travel = async (writer: Writer, number: number): Promise<string | undefined> => {
  const written = writer.write(chatOf(number));
  const path = join(folder, String(number));
  writeFileSync(path, written.bytes);
  try {
    const zone = written.zone === undefined ? {} : { zone: written.zone };
    return lostIn(written, await readPath(path, written.filename, zone));
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    rmSync(path);
  }
};

const isWanted = ({ name }: Writer) => name.includes(values.format);
/** Half of the chats are WhatsApp's, whose styles are many. */
const kinds = [whatsapp, [...chatApps, ...rooms, ...assistants, ...texts]]
  .map((writers) => writers.filter(isWanted))
  .filter((writers) => writers.length > 0);
if (kinds.length === 0) throw new Error(`No format is called ${values.format}.`);
const writerOf = (nth: number): Writer | undefined => {
  const writers = kinds[nth % kinds.length] ?? [];
  return writers[Math.floor(nth / kinds.length) % writers.length];
};
const groupOf = (name: string) => name.replace(/ \(.*/, "");
const results = new Map<string, { styles: Set<string>; chats: number; lost: string[] }>();
const [chats, first] = [Number(values.chats), Number(values.first)];
const began = performance.now();
for (let nth = 0; nth < chats; nth += 1) {
  const writer = writerOf(nth);
  if (!writer) break;
  const result = results.get(groupOf(writer.name)) ?? { styles: new Set(), chats: 0, lost: [] };
  results.set(groupOf(writer.name), result);
  result.styles.add(writer.name);
  result.chats += 1;
  const lost = await travel(writer, first + nth);
  if (lost !== undefined) result.lost.push(`${writer.name}, chat ${first + nth}: ${lost}`);
}
rmSync(folder, { recursive: true });

const seconds = (performance.now() - began) / 1000;
process.stdout.write(
  `## Round trips: ${machine()}\n\n${chats} chats from number ${first} on, ${seconds.toFixed(0)} s\n\n`,
);
process.stdout.write(
  `${markdownTable(
    ["format", "styles", "chats", "came out otherwise"],
    [...results].map(([name, { styles, chats: count, lost }]) => [
      name,
      styles.size,
      count,
      lost.length,
    ]),
  )}\n`,
);
const MOST_SHOWN = 20;
for (const { lost } of results.values())
  for (const one of lost.slice(0, MOST_SHOWN)) process.stdout.write(`- ${one}\n`);
let isLost = [...results.values()].some(({ lost }) => lost.length > 0);
if (Number(values.own) > 0) {
  const own = await ownRoundTrip(Number(values.own), first);
  process.stdout.write(
    `\nParlance's own export, import → export → import → export → import: ${own.chats} chats, ${own.messages} messages, ${own.lost.length} differences\n`,
  );
  for (const one of own.lost) process.stdout.write(`- ${one}\n`);
  isLost ||= own.lost.length > 0;
}
process.exitCode = isLost ? 1 : 0;
