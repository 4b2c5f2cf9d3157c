// Exchanges in the IRC archive: how many, how long it takes to find them, and how well, by stretches that a person has read.
import { parse } from "#services/parse/parse.ts";
import type { ExchangeableMessage, ExchangeParts } from "#services/text/exchange.ts";
import { findExchanges } from "#services/text/exchanges.ts";
import { type LabelledStretch, labelledStretches } from "./eval/exchange-labels.ts";
import { haveIrcArchive, ircArchivePath } from "./irc-archive.ts";
import { machine, markdownTable } from "./measure.ts";

/** The lines of each day as the product reads them; a message's id is its line's number. */
const readDays = async (): Promise<Map<string, ExchangeableMessage[]>> => {
  const days = new Map<string, ExchangeableMessage[]>();
  const { signal } = new AbortController();
  const file = { path: ircArchivePath, filename: "ubuntu-irc.tar.gz" };
  for await (const event of parse(file, { zone: "UTC", signal })) {
    if (event.kind !== "conversation") continue;
    const { sourceId, messages } = event.conversation;
    const day = days.get(sourceId) ?? [];
    days.set(sourceId, day);
    for (const { key, replyTo, author, role, kind, at, text } of messages)
      day.push({
        id: key as ExchangeableMessage["id"],
        parent: null,
        replyTo: replyTo as ExchangeableMessage["id"] | null,
        author,
        role,
        kind,
        at,
        text,
      });
  }
  return days;
};

interface Sums {
  exchanges: number;
  members: number;
  rightMembers: number;
  lines: number;
  foundLines: number;
  answered: number;
  saidAnswered: number;
  rightAnswered: number;
}

/** Each exchange found is taken for the labelled one that most of its lines are of. */
const compare = (
  { from, to, exchanges }: LabelledStretch,
  found: readonly ExchangeParts[],
  sums: Sums,
): void => {
  const labels = new Map<number, number>();
  for (const [label, [asked, answers]] of exchanges.entries())
    for (const line of [...asked, ...answers]) labels.set(line, label);
  const foundLines = new Set<number>();
  const saidAnswered = new Set<number>();
  for (const { members, isAnswer } of found) {
    const lines = members
      .map((message) => ({ line: Number(message.id), isAnswer: isAnswer(message) }))
      .filter(({ line }) => line >= from && line <= to);
    const counts = new Map<number, number>();
    for (const { line } of lines) {
      const label = labels.get(line);
      if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    // A line that was labelled as of none, alone, is no claim that anything belongs together.
    if (most === undefined && lines.length < 2) continue;
    sums.members += lines.length;
    sums.rightMembers += most?.[1] ?? 0;
    for (const { line } of lines) if (labels.get(line) === most?.[0]) foundLines.add(line);
    if (most && lines.some((one) => one.isAnswer)) saidAnswered.add(most[0]);
  }
  sums.exchanges += exchanges.length;
  sums.lines += labels.size;
  sums.foundLines += foundLines.size;
  const answered = exchanges.flatMap(([, answers], label) => (answers.length > 0 ? [label] : []));
  sums.answered += answered.length;
  sums.saidAnswered += saidAnswered.size;
  sums.rightAnswered += answered.filter((label) => saidAnswered.has(label)).length;
};

const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(1)} %`;

const main = async (): Promise<void> => {
  if (!haveIrcArchive()) {
    console.log("skipped: ../shared/data/irc is not here");
    return;
  }
  const days = await readDays();
  const started = process.cpuUsage();
  const found = new Map([...days].map(([day, lines]) => [day, findExchanges(lines)]));
  const { user } = process.cpuUsage(started);
  const all = [...found.values()].flat();
  const answered = all.filter(({ members, isAnswer }) => members.some(isAnswer)).length;
  console.log(`\n## Exchanges: ${machine()}, ${new Date().toISOString().slice(0, 16)}\n`);
  console.log(
    `${all.length} exchanges in ${days.size} days, ${answered} answered; ${(user / 1e6).toFixed(2)} s of processor time.\n`,
  );
  const sums: Sums = {
    exchanges: 0,
    members: 0,
    rightMembers: 0,
    lines: 0,
    foundLines: 0,
    answered: 0,
    saidAnswered: 0,
    rightAnswered: 0,
  };
  for (const stretch of labelledStretches)
    for (const [day, exchanges] of found)
      if (day.includes(stretch.day)) compare(stretch, exchanges, sums);
  console.log(
    markdownTable(
      ["labelled exchanges", "", "precision", "recall"],
      [
        [
          sums.exchanges,
          "lines of an exchange",
          percent(sums.rightMembers, sums.members),
          percent(sums.foundLines, sums.lines),
        ],
        [
          sums.answered,
          "answered",
          percent(sums.rightAnswered, sums.saidAnswered),
          percent(sums.rightAnswered, sums.answered),
        ],
      ],
    ),
  );
};

await main();
