// `parlance formats`: the formats that are read, and the guide to one.
import { defineCommand } from "citty";
import {
  againText,
  basisText,
  type FormatGuide,
  keptTopics,
} from "#services/domain/guides/guide.ts";
import { byFamily, guides, guidesWith, guideTo } from "#services/domain/guides/guides.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { json, line, paint } from "../client/output.ts";
import { misuse } from "../line/misuse.ts";
import { wrapped } from "../wrapped.ts";

const WIDTH = 80;

/** A text with a mark before its first line. */
const marked = (mark: string, text: string): void => {
  const lines = wrapped(text, WIDTH - mark.length);
  for (const [nth, one] of lines.entries())
    line(`${nth === 0 ? mark : mark.replaceAll(/./gu, " ")}${one}`);
};

const printAll = (): void => {
  const widest = Math.max(...guides.map(({ source }) => source.length));
  for (const [family, members] of byFamily(guides)) {
    line(paint("bold", family));
    for (const { source, name } of members)
      line(`  ${paint("cyan", source.padEnd(widest))}  ${name}`);
    line();
  }
  line("`parlance formats whatsapp` says how to get an export, and what is kept of it.");
};

const printGuide = (guide: FormatGuide): void => {
  const heading = (text: string) => line(`\n${paint("bold", text)}`);
  line(paint("bold", guide.name));
  if (guide.basis !== undefined) marked("", basisText);
  heading("How to get the export");
  for (const [nth, step] of guide.steps.entries()) marked(`  ${nth + 1}. `, step);
  marked("  Import: ", `${guide.accepts}.`);
  heading("What is kept");
  for (const [topic, label] of keptTopics) {
    const text = guide.kept[topic];
    if (text !== undefined) marked(`  ${label}: `, text);
  }
  heading("What is not");
  for (const text of guide.missing) marked("  - ", text);
  heading("When it is imported again");
  marked("  ", againText(guide));
};

/** By the format's name in the list, or by words that only one has. */
const wanted = (name: string): FormatGuide => {
  const exact = guideTo(name.toLowerCase());
  const [found, another] = guidesWith(name);
  if (exact !== undefined) return exact;
  if (found !== undefined && another === undefined) return found;
  throw misuse(
    `There is no format “${name}”.${didYouMean(
      name,
      guides.map(({ source }) => source),
    )}`,
    "`parlance formats` lists them.",
  );
};

export const formats = defineCommand({
  meta: {
    name: "formats",
    description: "List the formats that are read, or say how to get one and what is kept of it",
  },
  args: {
    format: { type: "positional", required: false, description: "A format, such as whatsapp" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run({ args }) {
    if (args.format === undefined) return args.json ? json(guides) : printAll();
    const guide = wanted(args.format);
    return args.json ? json(guide) : printGuide(guide);
  },
});
