// A report as one HTML page with styles and drawings inside; it loads nothing and has no scripts.
import type { Topic } from "#services/contract/analysis.ts";
import type { Figure } from "#services/contract/figures.ts";
import { changeWords } from "#services/domain/change-words.ts";
import type { EnglishForm } from "#services/domain/english.ts";
import { escapedHtml } from "#services/domain/html.ts";
import { percent } from "#services/domain/percent.ts";
import { drawingOf } from "./drawing.ts";
import type { ReportParts } from "./report-parts.ts";
import { count, day, printValue } from "./values.ts";

const MOST_ROWS = 40;

const style = `
:root{color-scheme:light dark;--ink:#1c1e21;--dim:#667085;--line:#d9dde3;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--dim:#9aa3af;--line:#353a41;--paper:#16181b}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:780px;margin:0 auto;padding:48px 20px 96px}h1{font-size:2rem;line-height:1.2;margin:0 0 8px;text-wrap:balance}
h2{font-size:1.25rem;margin:56px 0 8px}.dim,.method,.axis,.legend{color:var(--dim);font-size:.875rem}
p{margin:0 0 12px}ul.topics{list-style:none;padding:0;margin:0}ul.topics li{padding:10px 0;border-top:1px solid var(--line)}
ul.topics li[data-level="1"]{padding-left:24px}ul.topics li[data-level="2"]{padding-left:48px}
blockquote{margin:6px 0 0;padding-left:12px;border-left:3px solid var(--line);color:var(--dim);overflow-wrap:anywhere}
svg{width:100%;height:auto;display:block}.axis{display:flex;justify-content:space-between;margin:2px 0 8px}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;margin:0 0 8px;list-style:none}.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
.table{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.875rem}th,td{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid var(--line)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}summary{cursor:pointer;color:var(--dim);font-size:.875rem}
@media print{details{display:none}}`;

const topicItem = (topic: Topic, form: EnglishForm): string => {
  const words = topic.keywords
    .slice(0, 8)
    .map(({ term }) => escapedHtml(term))
    .join(" · ");
  const example = topic.leaf ? topic.examples[0] : undefined;
  const { direction } = topic.trend;
  const change = direction === "rising" || direction === "fading" ? ` · ${direction}` : "";
  return `<li data-level="${topic.level}"><strong>${escapedHtml(topic.title)}</strong> <span class="dim">${count(topic.messages, form)} messages · ${percent(topic.share)}${change}</span>${
    topic.summary === null ? "" : `<br>${escapedHtml(topic.summary)}`
  }${words === "" ? "" : `<br><span class="dim">${words}</span>`}${
    example === undefined
      ? ""
      : `<blockquote>${escapedHtml(example.author)}: ${escapedHtml(example.text.slice(0, 240))}</blockquote>`
  }</li>`;
};

const isNumber = (kind: Figure["columns"][number]["kind"]): boolean =>
  kind !== "text" && kind !== "topic" && kind !== "conversation" && kind !== "time";

const figureSection = (figure: Figure, { collection, topics, form }: ReportParts): string => {
  const head = `<section><h2>${escapedHtml(figure.title)}</h2>`;
  if (figure.empty !== null)
    return `${head}<p class="dim">${escapedHtml(figure.empty)}</p></section>`;
  const printing = {
    zone: collection.zone,
    form,
    titles: new Map(topics.map(({ id, title }) => [id, title])),
    width: figure.chart.width,
  };
  const cell = (tag: "th" | "td", text: string, kind: Figure["columns"][number]["kind"]) =>
    `<${tag}${isNumber(kind) ? ' class="n"' : ""}>${escapedHtml(text)}</${tag}>`;
  const header = figure.columns.map(({ label, kind }) => cell("th", label, kind)).join("");
  const rows = figure.rows.slice(0, MOST_ROWS).map((row) => {
    const cells = figure.columns.map((column, at) =>
      cell("td", printValue(row[at] ?? null, column, printing), column.kind),
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  const table = `<div class="table"><table><thead><tr>${header}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  const drawing = drawingOf(figure, printing);
  const more =
    figure.rows.length > rows.length
      ? `<p class="dim">${count(figure.rows.length - rows.length, form)} further rows are left out.</p>`
      : "";
  return `${head}<p>${escapedHtml(figure.says)}</p>${drawing}${
    drawing === ""
      ? table + more
      : `<details><summary>The numbers</summary>${table}${more}</details>`
  }<p class="method">${escapedHtml(figure.method)}</p></section>`;
};

export const htmlReport = (parts: ReportParts): string => {
  const { collection, overview, topics, figures, madeAt, form } = parts;
  const writing = { zone: collection.zone, form };
  const span =
    overview.firstAt !== null && overview.lastAt !== null
      ? ` · ${day(overview.firstAt, writing)} to ${day(overview.lastAt, writing)}`
      : "";
  const changes = overview.changes.map(
    ({ title, kind, sizeBefore, sizeAfter }) =>
      `<li>${escapedHtml(title)}: ${changeWords({ kind, sizeBefore, sizeAfter })} <span class="dim">${count(sizeBefore, form)} → ${count(sizeAfter, form)}</span></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${escapedHtml(collection.name)}</title>
<style>${style}</style>
</head>
<body><main>
<h1>${escapedHtml(collection.name)}</h1>
<p class="dim">${count(overview.messages, form)} messages · ${count(overview.conversations, form)} conversations · ${count(overview.people, form)} people${escapedHtml(span)}</p>
${collection.description === "" ? "" : `<p>${escapedHtml(collection.description)}</p>`}
${overview.says.map((sentence) => `<p>${escapedHtml(sentence)}</p>`).join("\n")}
<h2>Topics</h2>
<ul class="topics">${topics.map((topic) => topicItem(topic, form)).join("\n")}</ul>
${changes.length === 0 ? "" : `<h2>What changed</h2><ul>${changes.join("")}</ul>`}
${figures.map((figure) => figureSection(figure, parts)).join("\n")}
<p class="method">Made by Parlance on ${escapedHtml(day(madeAt, writing))} from version ${overview.analysis.version ?? "–"} of the index.</p>
</main></body>
</html>
`;
};
