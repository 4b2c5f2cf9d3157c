// Gemini in Google's Takeout (My Activity): a record a prompt, its answer in HTML. Which conversation a prompt belongs to is said by newer records only, as a link. Read by public readers of it.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { htmlText } from "../html-text.ts";
import {
  asArray,
  asString,
  fingerprint,
  isObject,
  type Json,
  message,
  objectsOf,
} from "../message.ts";
import type { MixedFormat, MixedRoom } from "../mixed-format.ts";
import type { Times } from "../times.ts";

/** My Activity has one shape for all products: only Gemini's (once Bard's) are talk. */
export const isGeminiActivity = (record: unknown): record is Json =>
  isObject(record) &&
  asString(record["title"]) !== null &&
  "time" in record &&
  [record["header"], ...asArray(record["products"])].some(
    (name) => typeof name === "string" && /gemini|\bbard\b/i.test(name),
  );

/** What stands before the words of a prompt. */
const prompt = /^(?:Prompted(?: with:)?|Asked(?: (?:Gemini|Bard))?:?|Said|Branched|Answered)\s+/;
/** What else people do, which is no talk. */
const deed =
  /^(?:Created|Used|Added|Gave|Selected|Shared|Deleted|Viewed|Visited|Searched|Edited|Pinned|Renamed|Exported|Updated|Removed|Opened)\s/;
/** In other languages a blank that does not break ends it: after a colon the person's words follow. */
const label = /^([^\u00a0\n]{1,80})\u00a0+([\s\S]*)$/;
const attached = /\s*Attached \d+ files?\.?\s*$/i;

interface Asked {
  /** Whether the title holds what the person wrote. */
  readonly isPrompt: boolean;
  readonly text: string;
}

const askedIn = (title: string, hasAnswer: boolean): Asked => {
  const bare = title.replace(attached, "");
  if (prompt.test(bare)) return { isPrompt: true, text: bare.replace(prompt, "") };
  if (deed.test(bare)) return { isPrompt: false, text: title };
  const [, before, after] = label.exec(bare) ?? [];
  if (before !== undefined && after !== undefined)
    return before.trimEnd().endsWith(":")
      ? { isPrompt: true, text: after }
      : { isPrompt: false, text: title };
  // Without an answer nobody can tell what it is: it is kept as a notice.
  return { isPrompt: hasAnswer, text: hasAnswer ? bare : title };
};

const answerIn = (record: Json): string =>
  objectsOf(record["safeHtmlItem"])
    .map((item) => htmlText(asString(item["html"]) ?? asString(item["htmlValue"]) ?? ""))
    .filter((text) => text !== "")
    .join("\n\n");

/** `https://gemini.google.com/app/<id>` */
const linked = /gemini\.google\.com\/(?:app|gem\/[^/"\s]{1,80})\/([\w-]{4,80})/;

const threadIn = (record: Json): string | null => {
  const places = [
    record["titleUrl"],
    ...[...objectsOf(record["details"]), ...objectsOf(record["subtitles"])].flatMap((one) => [
      one["url"],
      one["name"],
    ]),
  ];
  for (const place of places) {
    const id = typeof place === "string" ? linked.exec(place)?.[1] : undefined;
    if (id !== undefined) return id;
  }
  return null;
};

const filesOf = (record: Json): Attachment[] => {
  const names = [...asArray(record["attachedFiles"]), record["imageFile"]];
  return names
    .map((file) => asString(isObject(file) ? (file["name"] ?? file["url"]) : file))
    .filter((name) => name !== null)
    .map((name) => ({ name, mediaType: null, size: null }));
};

/** The same record in every export: when, and what was asked. */
const ownId = (record: Json): string =>
  fingerprint(`${String(record["time"])}\n${String(record["title"])}`);

const roomOf = (record: Json): MixedRoom => {
  const thread = threadIn(record);
  return {
    id: thread ?? ownId(record),
    hasId: thread !== null,
    title: null,
    channel: null,
  };
};

/** @param id unique in the conversation */
function* messagesOf(record: Json, id: string, times: Times): Generator<ParsedMessage> {
  const time = times.read(record["time"]);
  const answer = answerIn(record);
  const asked = askedIn(asString(record["title"]) ?? "", answer !== "");
  // On a page the time ends the prompt: without one the words may be Gemini's too.
  const isPrompt = asked.isPrompt && record["time"] !== null;
  const { text } = asked;
  const position = time.at ?? 0;
  const files = filesOf(record);
  const isFile = isPrompt && text === "" && files.length > 0;
  yield message({
    key: id,
    position,
    author: "You",
    role: isPrompt ? "user" : "system",
    kind: isFile ? "attachment" : isPrompt ? "text" : "system",
    ...time,
    text: isFile ? files.map(({ name }) => name).join("\n") : text,
    attachments: files,
    raw: JSON.stringify(record),
  });
  if (answer !== "")
    yield message({
      key: `${id}/1`,
      position: position + 0.5,
      replyTo: id,
      author: "Gemini",
      role: "assistant",
      ...time,
      text: answer,
      raw: JSON.stringify(record["safeHtmlItem"]),
    });
}

/** Of one file; what could not be put together is counted for it. */
export const openGemini = (): MixedFormat => {
  let alone = 0;
  return {
    source: "gemini",
    isMessage: isGeminiActivity,
    roomOf(record) {
      const room = roomOf(record);
      if (!room.hasId) alone += 1;
      return room;
    },
    *messages(items, times) {
      const taken = new Map<string, number>();
      // The file begins with the newest.
      for (const record of [...items].reverse()) {
        const own = ownId(record);
        const nth = taken.get(own) ?? 0;
        taken.set(own, nth + 1);
        yield* messagesOf(record, nth === 0 ? own : `${own}#${nth}`, times);
      }
    },
    told: () =>
      alone === 0
        ? []
        : [
            {
              code: "no-thread",
              reason:
                "Google does not say which conversation this prompt belongs to: it is a conversation of its own, with its answer.",
              count: alone,
            },
          ],
  };
};
