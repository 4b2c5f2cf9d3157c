// Mail: an mbox file or one message (.eml) → a conversation a thread, found by what each message answers.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseEvent } from "../events.ts";
import { lineBatches } from "../lines.ts";
import { asString, fingerprint, type Json, message } from "../message.ts";
import { openMixedRooms } from "../mixed-rooms.ts";
import { inParts } from "../parts.ts";
import type { Reading } from "../reading.ts";
import type { TextFile } from "../text-file.ts";
import { bodyOf, folded } from "./body.ts";
import {
  bareSubject,
  dateIn,
  decodedWords,
  type Headers,
  headersOf,
  idsIn,
  senderIn,
} from "./header.ts";

/** How a message begins in an mbox. */
const fromLine = /^From \S+.{0,60}\s\d{1,2}:\d\d(?::\d\d)?\s.{0,20}\d{4}/;
const headerLine = /^[A-Za-z][A-Za-z0-9-]{1,60}:\s/;
const known =
  /^(?:from|date|subject|message-id|to|received|return-path|delivered-to|mime-version):/i;

/** @param head the file's beginning */
export const looksLikeMail = (head: string): boolean => {
  const lines = head.slice(0, 64 * 1024).split(/\r?\n/);
  const start = fromLine.test(lines[0] ?? "") ? 1 : 0;
  const end = lines.indexOf("", start);
  const headers = lines.slice(start, end < 0 ? lines.length : end);
  if (
    !headers.every(
      (line) =>
        headerLine.test(line) || /^[ \t]/.test(line) || /^>?From /.test(line) || line.endsWith(":"),
    )
  )
    return false;
  const names = headers
    .filter((line) => known.test(line))
    .map((line) => line.split(":", 1)[0]?.toLowerCase());
  return (
    names.includes("from") &&
    ["date", "message-id", "received", "mime-version"].some((name) => names.includes(name))
  );
};

/** Characters of the original record that are kept with a message. */
const LONGEST_RAW = 256 * 1024;

/** Messages of a file kept as records: `raw` is one character a byte. */
interface Held {
  readonly id: string;
  readonly thread: string;
  readonly answers: string | null;
}

/** Which thread a message is of: that of a message that it names, or one of its own. */
const openThreads = () => {
  const threads = new Map<string, string>();
  return (headers: Headers, id: string): Held => {
    const answers = [...idsIn(headers.get("references")), ...idsIn(headers.get("in-reply-to"))];
    const found = answers.map((one) => threads.get(one)).find((thread) => thread !== undefined);
    // A thread is called after its first message, also where that is in no file.
    const thread = found ?? threads.get(id) ?? answers[0] ?? id;
    for (const one of [id, ...answers]) if (!threads.has(one)) threads.set(one, thread);
    const direct = idsIn(headers.get("in-reply-to"))[0] ?? idsIn(headers.get("references")).at(-1);
    return { id, thread, answers: direct ?? null };
  };
};

const splitMail = (raw: string): { readonly headers: Headers; readonly body: string } => {
  const lines = raw.split("\n");
  const end = lines.indexOf("");
  return {
    headers: headersOf(end < 0 ? lines : lines.slice(0, end)),
    body: end < 0 ? "" : lines.slice(end + 1).join("\n"),
  };
};

/** Headers in bytes that are no ASCII are UTF-8, or were never right. */
const inUtf8 = (text: string): string => {
  const bytes = Buffer.from(text, "latin1");
  const read = bytes.toString("utf8");
  return read.includes("\ufffd") ? text : read;
};

/** @param after the place of the mail before it: one without a date stands behind that */
const mailMessage = (item: Json, after: number): ParsedMessage => {
  const raw = String(item["raw"]);
  const { headers, body } = splitMail(raw);
  const sender = senderIn(inUtf8(headers.get("from") ?? ""));
  const { text, files } = bodyOf(headers, body);
  const said = folded(text);
  const isFile = said === "" && files.length > 0;
  const at = dateIn(headers.get("date")) ?? null;
  return message({
    key: String(item["id"]),
    sourceId: String(item["id"]),
    replyTo: asString(item["answers"]),
    position: at ?? after + 1,
    author: sender.name,
    authorId: sender.address,
    role: "person",
    kind: isFile ? "attachment" : "text",
    at,
    zoneKnown: at !== null,
    text: isFile ? files.map(({ name }) => name).join("\n") : said,
    attachments: files,
    // What files a mail carries is in the upload, which is kept.
    raw: inUtf8(raw.slice(0, LONGEST_RAW)),
  });
};

function* messagesOf(items: Iterable<Json>): Generator<ParsedMessage> {
  let last = 0;
  for (const item of items) {
    const made = mailMessage(item, last);
    last = made.position;
    yield made;
  }
}

interface Met {
  timeless: number;
  again: number;
  cut: number;
}

function* mailProblems(met: Met, { place }: TextFile, reading: Reading): Generator<ParseEvent> {
  if (met.timeless > 0) {
    const reason = "Mails without a date, or with one that is none: kept without a time.";
    yield* reading.problem({ code: "unknown-time", place, reason, count: met.timeless });
  }
  if (met.again > 0) {
    const reason = "Mails that are in the file before, by their ids: read once.";
    yield* reading.problem({ code: "duplicate-message", place, reason, count: met.again });
  }
  if (met.cut > 0) {
    const reason = "Mails that are too large were cut.";
    yield* reading.problem({ code: "too-large", place, reason, count: met.cut });
  }
}

export async function* readMail(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
  const mixed = openMixedRooms(reading.folder);
  const threadOf = openThreads();
  const titles = new Map<string, string>();
  const ids = new Set<string>();
  const met = { timeless: 0, again: 0, cut: 0 };
  let lines: string[] = [];
  let failure: unknown;
  let wasBlank = true;
  let size = 0;

  const keep = (): void => {
    if (lines.every((line) => line === "")) return;
    const raw = lines.join("\n");
    lines = [];
    if (size > reading.limits.elementBytes) met.cut += 1;
    size = 0;
    const { headers } = splitMail(raw);
    const id = idsIn(headers.get("message-id"))[0] ?? fingerprint(raw);
    // Those sent to oneself, or kept in two folders, are in a file twice.
    if (ids.has(id)) {
      met.again += 1;
      return;
    }
    ids.add(id);
    const held = threadOf(headers, id);
    if (dateIn(headers.get("date")) === undefined) met.timeless += 1;
    const subject = bareSubject(decodedWords(inUtf8(headers.get("subject") ?? "")));
    if (!titles.has(held.thread)) titles.set(held.thread, subject);
    mixed.add(held.thread, { ...held, raw });
  };

  try {
    try {
      for await (const batch of lineBatches(file.bytes, reading.limits.lineBytes)) {
        for (const { bytes } of batch) {
          const line = bytes.toString("latin1");
          if (wasBlank && fromLine.test(line)) keep();
          // Such lines of a text were marked, so that they are no beginnings.
          else if (size <= reading.limits.elementBytes)
            lines.push(line.replace(/^>(>*From )/, "$1"));
          size += bytes.length;
          wasBlank = line === "";
        }
        yield* reading.tick();
      }
    } catch (error) {
      // What was read before a damaged place or a limit is kept.
      failure = error;
    }
    keep();
    for (const thread of mixed.names()) {
      const room = {
        source: "mail",
        sourceId: thread,
        hasId: true,
        asOf: null,
        ...(failure !== undefined && { partial: true }),
        title: titles.get(thread) || null,
        tree: false,
        channel: null,
        raw: null,
      } as const;
      yield* inParts(room, messagesOf(mixed.items(thread)));
      yield* reading.tick();
    }
    yield* mailProblems(met, file, reading);
    if (failure !== undefined) throw failure;
  } finally {
    mixed.close();
  }
}
