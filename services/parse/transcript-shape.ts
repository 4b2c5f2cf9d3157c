// Whether a file is a plain transcript, and what a line of one says. Lists, settings and logs have colons too.
import type { Role } from "#services/domain/conversation.ts";

/** Lines that are looked at. */
const LOOKED_AT = 300;
/** Of them, so many must begin with a name; the others go on with what was said. */
const LEAST_SPOKEN = 0.6;
/** Of what is said, so much must be more than one word: settings and tables of values have one. */
const LEAST_PHRASES = 0.2;
/** Three or more names that come in one order so often are the fields of records. */
const ROUNDS = 3;

/** `[00:05:12]`, `(0:05)`, `10:01:02` with a tab: when it was said, before the name. Zoom puts "From" between them. */
const timed =
  /^\s{0,4}(?:[[(](\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)[\])]\s{0,4}[-–]?|(\d{1,2}:\d\d:\d\d)\t)\s{0,4}/;
const zoom = /^From (.{1,80}?)(?: to .{1,80}?)? ?: /i;

const spoken =
  /^\s{0,4}([\p{Lu}\p{Lt}\p{Lo}][\p{L}\p{M}\p{N} .'’_()-]{0,39}?)\s?[:：](?:\s+|$)(.*)$/u;
/** Two words, or writing that has no blanks between them. */
const phrase = /\p{L}\S*\s+\S*\p{L}|\p{Lo}{2}/u;

/** Fields of records, levels of logs and words of manuals, which other files consist of. */
const fields = new Set(
  `title author authors date year name address email e-mail phone subject from to cc url link id version license description
  type status price summary keywords tags note notes source homepage maintainer architecture depends section priority size
  info error errors warn warning warnings debug trace fatal critical alert notice verbose hint tip important caution todo fixme
  usage options option arguments args example examples default returns see host port path file package filename time`.split(
    /\s+/,
  ),
);

/** Lists of questions and answers name nobody. */
const questions = new Set(
  "q a question answer questions answers frage antwort pregunta respuesta réponse domanda risposta".split(
    " ",
  ),
);

/** What plays have between their speeches. */
const ofPlays =
  /^\s*(?:dramatis person(?:ae|æ)|(?:act|scene|akt|aufzug|szene|acte|scène|acto|escena|atto|scena)\s+(?:[ivxl]+|\d+|the\s|one|two|three|first|second|third)\b|\(?\[?_?(?:exit|exeunt|enter)\b)/im;

/** Files of programs, which hold no talk whatever their lines look like. */
const ofPrograms =
  /\.(?:ya?ml|ini|conf|cfg|toml|properties|env|css|scss|less|asm|s|c|h|cc|cpp|hpp|cs|java|kt|go|rs|py|rb|php|pl|lua|sh|ps1|bat|sql|[cm]?[jt]sx?|json|xml|html?|svg|ics|vcf|ldif|bib|tex|po|diff|patch)$/i;

/** Words that name a speaker of talk with a model. */
export const roles: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["user", "user"],
  ["human", "user"],
  ["assistant", "assistant"],
  ["ai", "assistant"],
  ["chatgpt", "assistant"],
  ["claude", "assistant"],
  ["system", "system"],
]);

export interface TranscriptLine {
  /** As written; null where none stands before the name. */
  readonly time: string | null;
  readonly author: string;
  readonly text: string;
}

const lineIn = (line: string): TranscriptLine | undefined => {
  const [stamp = "", bracketed, bare] = timed.exec(line) ?? [];
  const rest = line.slice(stamp.length).replace(zoom, "$1: ");
  const [, author = "", text = ""] = spoken.exec(rest) ?? [];
  if (author === "" || author.split(/\s+/).length > 4) return undefined;
  return { time: bracketed ?? bare ?? null, author, text };
};

/**
 * `Ida Holm  0:05`, and what was said on the lines below: as Otter.ai writes it, by the files that people show of it. A name may be
 * missing.
 */
const heading =
  /^\s{0,4}(?:([\p{L}\p{N}][\p{L}\p{M}\p{N} .'’_()&,-]{0,59}?)(?: {2,8}|\t))?(\d{1,2}:\d\d(?::\d\d)?)\s{0,8}$/u;
/** Who speaks where nobody is named, as in captions. */
const NOBODY = "Speaker";

const headingIn = (line: string): TranscriptLine | undefined => {
  const [, author = NOBODY, time] = heading.exec(line) ?? [];
  return time === undefined ? undefined : { time, author: author.trim(), text: "" };
};

/** The last line of Otter's files. */
export const isFooter = (line: string): boolean =>
  /^\s*Transcribed by https?:\/\/otter\.ai\s*$/i.test(line);

const secondsOf = (time: string): number =>
  time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

/** Of the lines, so many must be headings … */
const LEAST_HEADINGS = 0.1;
/** … and of these so many must be followed by words, and not be earlier than the one before. */
const LEAST_TOLD = 0.9;

/** Plays and lists of chapters have neither times that grow nor words below each. */
const areHeaded = (lines: readonly string[]): boolean => {
  const places = lines.flatMap((line, at) => {
    const found = headingIn(line);
    return found === undefined ? [] : [{ at, ...found }];
  });
  if (places.length < 3 || places.length < lines.length * LEAST_HEADINGS) return false;
  const told = places.filter(({ at, time }, nth) => {
    const next = lines[at + 1];
    const isLast = nth === places.length - 1;
    const before = places[nth - 1]?.time;
    const isLater = before == null || secondsOf(time ?? "") >= secondsOf(before);
    return isLater && (isLast || (next !== undefined && headingIn(next) === undefined));
  });
  const names = new Set(places.map(({ author }) => author));
  const haveNames = !names.has(NOBODY) || names.size > 1 || lines.some(isFooter);
  return (
    told.length >= places.length * LEAST_TOLD &&
    names.size <= Math.ceil(places.length / 2) + 1 &&
    haveNames
  );
};

/** Records say the same fields in the same order, again and again. */
const areRecords = (authors: readonly string[], names: number): boolean =>
  names >= 3 &&
  authors.length >= names * ROUNDS &&
  authors.every((author, nth) => nth < names || author === authors[nth - names]);

const arePhrases = (said: readonly TranscriptLine[]): boolean =>
  said.filter(({ text }) => phrase.test(text.slice(0, 200))).length >= said.length * LEAST_PHRASES;

/**
 * How the lines of a transcript say who speaks; undefined where it is none.
 * @param head the file's beginning
 */
export const speakersOf = (
  head: string,
  path: string,
): ((line: string) => TranscriptLine | undefined) | undefined => {
  if (ofPrograms.test(path)) return undefined;
  const lines = head
    .slice(0, 64 * 1024)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .slice(0, LOOKED_AT);
  if (areNamed(lines, head)) return lineIn;
  return areHeaded(lines) ? headingIn : undefined;
};

/** `Name: text` a line. */
const areNamed = (lines: readonly string[], head: string): boolean => {
  const said = lines.map(lineIn).filter((line) => line !== undefined);
  const names = new Set(said.map(({ author }) => author));
  const count = (known: { has(name: string): boolean }) =>
    [...names].filter((name) => known.has(name.toLowerCase())).length;
  return (
    lines[0] !== undefined &&
    lineIn(lines[0]) !== undefined &&
    said.length >= lines.length * LEAST_SPOKEN &&
    said.length >= 3 &&
    names.size >= 2 &&
    names.size <= Math.ceil(said.length / 2) &&
    count(fields) < names.size / 2 &&
    count(questions) < names.size &&
    !ofPlays.test(head.slice(0, 64 * 1024)) &&
    (count(roles) > names.size / 2 || arePhrases(said)) &&
    !areRecords(
      said.map(({ author }) => author),
      names.size,
    )
  );
};
