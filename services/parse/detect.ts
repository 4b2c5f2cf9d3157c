// Reads an upload: opens what it is packed in, judges each file by how it begins, and hands it to the reader of its format.
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { SourceKind } from "#services/domain/conversation.ts";
import { rejected } from "#services/domain/errors.ts";
import { archiveKind, type UploadFile } from "./archive.ts";
import { type AttachedFiles, openAttachedFiles } from "./attached-files.ts";
import { type Checkpoint, type FilePlace, filesFrom } from "./checkpoint.ts";
import { closestTo, lacksMessages } from "./closest.ts";
import { readBeside } from "./companions.ts";
import { alone, type Companions } from "./companions-of.ts";
import { orDamaged } from "./damaged-entry.ts";
import type { Parse, ParseEvent, ParseInput, ParseOptions } from "./events.ts";
import { kindOf } from "./format-kind.ts";
import { formats } from "./formats.ts";
import { whyNotIrc } from "./irc-shape.ts";
import { headValue } from "./json-head.ts";
import { isChatText, judge } from "./judge.ts";
import { ratioGrace } from "./limits.ts";
import { type NestedArchive, openNested, tooLargeNested, whyNotNested } from "./nested-archive.ts";
import { allDamaged, notAChatLog, unreadTables } from "./not-read.ts";
import { isParquet } from "./parquet/open-parquet.ts";
import { readParquet } from "./parquet/read-parquet.ts";
import { openReading, type Reading, type Turn } from "./reading.ts";
import { shapeOf } from "./shape.ts";
import { isSlackList, readSlack, type SlackExport, slackDay } from "./slack.ts";
import { isSqlite } from "./slackdump/database.ts";
import { readDatabase } from "./slackdump/read-database.ts";
import { type Seen, tellUnread } from "./table/seen-tables.ts";
import { headOf, openText, type TextFile } from "./text-file.ts";
import { type OpenUpload, openUpload } from "./upload.ts";
import { readWorkbookFiles } from "./workbook/read-workbook.ts";
import { isPartOf, workbookIn } from "./workbook/workbook.ts";
import type { ZipEntry } from "./zip.ts";

const formatEventOf = (
  source: SourceKind,
  file: { path: string; head: string } = { path: "", head: "" },
): ParseEvent => {
  const { name = source, basis } = formats.find((format) => format.source === source) ?? {};
  const label = basis === undefined ? name : `${name} (read from public ${basis} of it)`;
  return { kind: "format", source, label, ...kindOf(source, file) };
};

/** A Slack export is known by folders of day files that hold Slack's messages. */
const findSlack = async (
  files: readonly UploadFile[],
  reading: Reading,
): Promise<SlackExport | undefined> => {
  const days = files.filter(({ path }) => slackDay.test(path));
  // Empty days occur; somewhere among the first hundred somebody says something.
  for (const file of days.slice(0, 100)) {
    const { value } = headValue((await headOf(file, reading)).trimStart());
    const [, prefix] = slackDay.exec(file.path) ?? [];
    if (Array.isArray(value) && value.some((item) => shapeOf(item) === "slack"))
      return { prefix: prefix === undefined ? "" : `${prefix}/`, files };
  }
  return withoutDays(files);
};

/** The export of a period in which nobody wrote: Slack's lists of channels and of people, and no day. */
const withoutDays = (files: readonly UploadFile[]): SlackExport | undefined => {
  const paths = new Set(files.map(({ path }) => path));
  for (const path of paths) {
    const [, prefix] = /^(.*\/)?channels\.json$/.exec(path) ?? [];
    const folder = prefix ?? "";
    const lists = ["users.json", "org_users.json"].map((name) => `${folder}${name}`);
    if (path === `${folder}channels.json` && lists.some((list) => paths.has(list)))
      return { prefix: folder, files };
  }
  return undefined;
};

/** Words of people that are in an export beside the conversations, and are not read. */
const leftOut = /(?:^|\/)(?:projects\/[^/]+|projects|memories)\.json$/i;

/** A list of the parts of an export, which is to be downloaded part by part. */
const whyNotManifest = (head: string): string | undefined => {
  if (!/^\s*\{[^{]{0,200}"data_files"\s*:/.test(head)) return undefined;
  const names = [...head.matchAll(/"filename"\s*:\s*"([^"]{1,200}\.zip)"/g)].map(
    ([, name]) => name,
  );
  return `It only lists the parts of an export: upload the zips that it names${names.length > 0 ? ` (${names.slice(0, 5).join(", ")})` : ""}.`;
};

/** ChatGPT's group chats: the file is in each export, and mostly empty. */
const groupChats = /(?:^|\/)group_chats\.json$/i;
const whyNotGroups = ({ path, head }: TextFile): string | undefined =>
  groupChats.test(path)
    ? "Group chats of ChatGPT are not read: files with some in them were not at hand."
    : whyNotManifest(head);
const isEmptyList = (head: string): boolean =>
  /^\s*\{\s*"[a-z_]{1,40}"\s*:\s*\[\s*\]\s*\}\s*$/.test(head.slice(0, 1000));

/** Files that come with exports and hold no conversations: no news to anybody. */
const knownCompanions =
  /(?:^|\/)(?:user|users|user_settings|message_feedback|shared_conversations|model_comparisons|export_manifest|conversation_asset_file_names|memories|projects?|shopping|sora|integration_logs|canvases|group_info|user_info|channel|guild|realm|attachment|migration_status|prod-mc-[\w-]+)\.json$|(?:^|\/)(?:projects|design_chats)\/[^/]*$|(?:^|\/)__MACOSX\/|(?:^|\/)prod-mc-asset-server\/|(?:^|\/)sessions-index\.json$|(?:^|\/)(?:messages|servers)\/index\.json$|\.meta\.json$|(?:^|\/)\.|\.(?:html|dat|png|jpe?g|gif|webp|heic|svg|wav|mp3|m4a|aac|ogg|opus|mp4|m4v|mov|3gp|webm|pdf|vcf|docx?|xlsx?|pptx?|tgs|was)$|(?:^|\/)(?:readme|licen[cs]e)[^/]*$/i;

/** Packed documents: archives by their bytes, and never of chat logs. They may be attached to messages. */
const packedDocument = /\.(?:docx|pptx|odt|odp|epub)$/i;

/** A bomb is told from a file of no interest by unpacking a little more of it. */
const readSome = async (bytes: AsyncGenerator<Buffer>): Promise<void> => {
  let left = 2 * ratioGrace.entry;
  for await (const piece of bytes) {
    left -= piece.length;
    if (left < 0) return;
  }
};

/** Where a file of an upload is read. */
interface Context {
  readonly packed: boolean;
  /** Unpacked as it is read: sizes show only then. */
  readonly streamed: boolean;
  /** Whether an archive is opened: one level deep, and where it can be read twice. */
  readonly opens: boolean;
  readonly companions: Companions;
  readonly seen: Seen;
  /** Where an earlier reading of it is gone on with. */
  readonly begin?: FilePlace | undefined;
}

function* tellLeftOut(place: string, reading: Reading): Generator<ParseEvent> {
  if (!leftOut.test(place)) return;
  const reason = "Memories, and projects without documents, are no conversations: left out.";
  yield* reading.problem({ code: "left-out", place, reason });
}

/** Tells of a file that is no chat log, unless it is one that comes with exports. @param known why it is not read, where it is one */
async function* tellOther(
  text: TextFile,
  { packed, streamed, seen }: Context,
  reading: Reading,
  known?: string,
): AsyncGenerator<ParseEvent> {
  if (text.error) throw text.error;
  const { path: place, head } = text;
  if (groupChats.test(place) && isEmptyList(head)) return;
  const whyNot = known ?? whyNotGroups(text) ?? whyNotIrc(head);
  if (!packed || !knownCompanions.test(place))
    seen.closest ??=
      whyNot === undefined ? closestTo(head, place) : { why: whyNot, todo: undefined };
  const reason = known ?? `This file is no chat log that can be read. ${whyNot ?? ""}`.trim();
  if (packed && !knownCompanions.test(place))
    yield* reading.problem({ code: "not-read", place, reason });
  if (packed) yield* tellLeftOut(place, reading);
  if (streamed) await readSome(text.bytes);
}

/** Reads one file, if it is a chat log. */
async function* readFile(
  file: UploadFile,
  context: Context,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const text = await openText(file, reading, context.begin);
  try {
    const nested = context.packed ? archiveKind(text.first) : undefined;
    if (nested === "zip" && packedDocument.test(file.path)) return;
    if (nested !== undefined && context.opens) {
      await text.close();
      yield* readNested(file, context, reading);
      return;
    }
    if (nested !== undefined) {
      const reason = `This is an archive (${nested}) inside an archive: upload it by itself.`;
      yield* reading.problem({ code: "nested-archive", place: file.path, reason });
      return;
    }
    if (isParquet(text.first)) {
      await text.close();
      const { opens, packed: among, seen } = context;
      yield* readParquet(file, { opens, among, seen, formatEventOf }, reading);
      return;
    }
    if (isSqlite(text.first)) {
      await text.close();
      yield* readDatabase(file, { ...context, formatEventOf }, reading);
      return;
    }
    const judged = judge(text, context.companions, reading);
    if (judged?.whyNot !== undefined) {
      yield* tellOther(text, context, reading, judged.whyNot);
      return;
    }
    // Records of an export that hold no messages, or lack them, are no table of them either.
    if (!judged || (judged.unread && (whyNotGroups(text) ?? lacksMessages(text.head)))) {
      yield* tellOther(text, context, reading);
      return;
    }
    if (judged.unread) {
      const table = { seen: judged.unread, read: () => judged.read(text, reading) };
      if (context.packed && knownCompanions.test(file.path)) {
        yield* tellLeftOut(file.path, reading);
        return;
      }
      yield* tellUnread(table, { among: context.packed, seen: context.seen }, reading);
      return;
    }
    if (!context.seen.sources.has(judged.source)) yield formatEventOf(judged.source, text);
    context.seen.sources.add(judged.source);
    yield* judged.read(text, reading);
  } finally {
    await text.close();
  }
}

/** An archive inside the archive. A damaged one is told, and costs none of the others. */
async function* readNested(
  file: UploadFile,
  { seen, companions }: { readonly seen: Seen; readonly companions: Companions },
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  let nested: NestedArchive | undefined;
  try {
    nested = await openNested(file, reading);
    if (!nested) {
      yield* reading.problem(tooLargeNested(file.path));
      return;
    }
    yield* readFiles(nested.upload, reading, { seen, depth: 1, outer: companions });
    for (const problem of nested.upload.problems()) yield* reading.problem(problem);
  } catch (error) {
    const found = whyNotNested(file.path, error);
    if (found === undefined) throw error;
    yield* reading.problem(found);
  } finally {
    await nested?.close();
  }
}

const isIn = ({ prefix }: SlackExport, { path }: UploadFile): boolean => path.startsWith(prefix);

async function* inTurn<T>(files: readonly T[]): AsyncGenerator<T> {
  yield* files;
}

/** A chat log among the files of a Slack export may have been sent there: it is not read, but told. */
async function* tellLog(file: UploadFile, reading: Reading): AsyncGenerator<ParseEvent> {
  const text = await openText(file, reading);
  try {
    const judged = judge(text, alone, reading);
    // A table of which nobody knows what it holds is one of the lists that Slack adds, and no log.
    if (!judged || judged.unread || judged.source === "slack") return;
    const reason = "This chat log lies inside a Slack export: upload it by itself.";
    yield* reading.problem({ code: "not-read", place: file.path, reason });
  } finally {
    await text.close();
  }
}

/** Whether a file that somebody sent, by what a message says, is the log of another conversation. */
const isTextLog = async (file: UploadFile, reading: Reading): Promise<boolean> =>
  /\.(?:txt|csv)$/i.test(file.path) && isChatText(await headOf(file, reading));

/** Whether files can be passed over: within archives inside of it, or in a part of its files, reading begins anew all the same. */
const isListed = ({ directory, packed }: OpenUpload): boolean => directory !== undefined || !packed;

async function* readFiles(
  upload: OpenUpload,
  reading: Reading,
  of: {
    readonly seen: Seen;
    readonly depth: number;
    /** What stands beside the archive that these are the files of. */
    readonly outer: Companions;
    /** Files of the archive, where more of them than are to be read may be attached to messages. */
    readonly attached?: AttachedFiles;
    /** Where an earlier reading is gone on with. */
    readonly from?: Checkpoint | undefined;
  },
): AsyncGenerator<ParseEvent> {
  const { directory, packed } = upload;
  const { seen, depth, outer, from } = of;
  const attached = of.attached ?? openAttachedFiles(directory, (file) => isTextLog(file, reading));
  /** The files beside what was read as a whole. */
  const others = async function* (rest: readonly ZipEntry[]): AsyncGenerator<ParseEvent> {
    if (rest.length === 0) return;
    const beside = { ...upload, directory: rest, files: () => inTurn(rest) };
    yield* readFiles(beside, reading, { ...of, attached });
  };
  const workbook = directory && workbookIn(directory);
  // The files of a workbook are no tables: its sheets are.
  if (!workbook) reading.several ||= upload.several;
  if (directory && workbook) {
    const formatEvent = formatEventOf("table");
    yield* readWorkbookFiles(directory, { found: workbook, seen, formatEvent }, reading);
    yield* others(directory.filter((file) => !isPartOf(workbook, file)));
    return;
  }
  const slack = directory && (await findSlack(directory, reading));
  if (directory && slack) {
    if (!seen.sources.has("slack")) yield formatEventOf("slack");
    seen.sources.add("slack");
    yield* attached.among(readSlack(slack, reading), slack.prefix);
    const isOwn = (file: UploadFile) =>
      slackDay.test(file.path) || isSlackList(slack, file) || knownCompanions.test(file.path);
    for (const file of slack.files)
      if (isIn(slack, file) && !isOwn(file))
        yield* orDamaged(file, tellLog(file, reading), reading);
    yield* others(directory.filter((file) => !isIn(slack, file)));
    return;
  }
  const beside = await readBeside(directory, reading);
  const companions = beside.companions ?? outer;
  if (from) goOn(from, { attached, seen }, reading);
  else for (const found of beside.problems) yield* reading.problem(found);
  const isWhole = depth === 0 && of.attached === undefined && isListed(upload);
  const turnOf = (file: number): Turn | undefined =>
    isWhole ? () => ({ file, sources: [...seen.sources], ...attached.known() }) : undefined;
  const opens = depth === 0 && directory !== undefined;
  const context = { packed, streamed: packed && !directory, opens, companions, seen };
  yield* readEach(upload, { attached, context, from, turnOf }, reading);
}

/** One file after the other. */
async function* readEach(
  upload: OpenUpload,
  of: {
    readonly attached: AttachedFiles;
    readonly context: Context;
    readonly from: Checkpoint | undefined;
    readonly turnOf: (file: number) => Turn | undefined;
  },
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const { attached, from, turnOf } = of;
  for await (const { file, number } of attached.unnamed(filesFrom(upload.files(), from))) {
    const context = { ...of.context, begin: number === from?.file ? from.place : undefined };
    reading.turn = turnOf(number);
    const events = orDamaged(file, readFile(file, context, reading), reading);
    yield* attached.among(events, file.path);
    yield* reading.tick();
    reading.turn = turnOf(number + 1);
    yield* reading.checkpoint();
  }
}

/** What was known where an earlier reading was cut short: its problems are told. */
const goOn = (
  from: Checkpoint,
  { attached, seen }: { readonly attached: AttachedFiles; readonly seen: Seen },
  reading: Reading,
): void => {
  for (const source of from.sources) seen.sources.add(source);
  attached.restore(from);
  reading.restore(from.known);
};

async function* readUpload(
  input: ParseInput,
  options: ParseOptions = {},
): AsyncGenerator<ParseEvent> {
  const { size } = await stat(input.path);
  if (size === 0)
    throw rejected(`${JSON.stringify(input.filename)} is empty.`, {
      code: "empty-upload",
      hint: "Export or copy the file again.",
    });
  const reading = openReading(size, options, {
    folder: dirname(input.path),
    upload: input.filename,
  });
  const upload = await openUpload(input, size, reading);
  const { from } = options;
  const seen: Seen = { sources: new Set(), closest: undefined, unread: [] };
  try {
    for await (const event of readFiles(upload, reading, { seen, depth: 0, outer: alone, from })) {
      if (event.kind === "conversation") reading.passed(event.conversation);
      reading.pause();
      // Before each message and each progress, so that whoever stops there knows of all problems up to there.
      if (event.kind !== "problem") yield* reading.counted();
      yield event;
      reading.resume();
    }
  } catch (error) {
    yield* reading.counted();
    throw error;
  } finally {
    await upload.close();
  }
  if (seen.sources.size === 0) {
    if (reading.met("damaged-entry")) throw allDamaged();
    throw seen.unread.length > 0
      ? unreadTables(input.filename, seen.unread)
      : notAChatLog(input.filename, seen.closest);
  }
  for (const problem of upload.problems()) yield* reading.problem(problem);
  yield* reading.counted();
  yield reading.end();
}

export const parse: Parse = readUpload;
