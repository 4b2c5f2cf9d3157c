// The text of formats.md: the guides to all formats, as the app and the command line show them.
import {
  againText,
  basisText,
  type FormatGuide,
  keptTopics,
  ofAllFormats,
} from "#services/domain/guides/guide.ts";
import { byFamily, guides } from "#services/domain/guides/guides.ts";

const items = (texts: readonly string[], mark: (nth: number) => string): string =>
  texts.map((text, nth) => `${mark(nth)} ${plain(text)}`).join("\n");

/** Angle brackets and stars in a sentence are no marks of Markdown's. */
const plain = (text: string): string => text.replaceAll(/[<*_]/gu, String.raw`\$&`);

const keptRows = ({ kept }: FormatGuide): string[] =>
  keptTopics.flatMap(([topic, label]) => {
    const text = kept[topic];
    return text === undefined ? [] : [`- **${label}**: ${plain(text)}`];
  });

const section = (guide: FormatGuide): string =>
  [
    `### ${guide.name}`,
    ...(guide.basis === undefined ? [] : [`*${basisText}*`]),
    items(guide.steps, (nth) => `${nth + 1}.`),
    `Import: ${plain(guide.accepts)}.`,
    ["What is kept:", "", ...keptRows(guide)].join("\n"),
    `What is not:\n\n${items(guide.missing, () => "-")}`,
    `Imported again: ${plain(againText(guide))}`,
  ].join("\n\n");

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
    .replaceAll(/\s/gu, "-");

/** The whole file. */
export const formatsPage = (): string =>
  `${[
    "# Formats",
    "How to get an export from each program, what Parlance keeps of it, and what it cannot keep. The app shows the same on the page **Formats** (Ctrl K), the command line with `parlance formats`. Made by infra/docs/write-formats.ts from services/domain/guides.",
    byFamily(guides)
      .map(
        ([family, members]) =>
          `- ${family}: ${members.map(({ name }) => `[${name}](#${anchorOf(name)})`).join(", ")}`,
      )
      .join("\n"),
    "## For every format",
    items(ofAllFormats, () => "-"),
    ...byFamily(guides).flatMap(([family, members]) => [`## ${family}`, ...members.map(section)]),
  ].join("\n\n")}\n`;
