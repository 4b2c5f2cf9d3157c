// Zulip's lists of messages, as its API and public archives give them: a topic of a channel is a conversation.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseEvent } from "./events.ts";
import type { Json } from "./message.ts";
import { type MixedFormat, openMixedFormat } from "./mixed-format.ts";
import { readMixedElements } from "./mixed-records.ts";
import type { Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";
import type { Times } from "./times.ts";
import { isZulipMessage, roomOf, zulipMessage } from "./zulip-message.ts";

const zulip: MixedFormat = {
  source: "zulip",
  isMessage: isZulipMessage,
  roomOf: (record) => ({ ...roomOf(record), hasId: true }),
  *messages(items: Iterable<Json>, times: Times): Generator<ParsedMessage> {
    let nth = 0;
    for (const item of items) {
      yield zulipMessage(item, nth, times);
      nth += 1;
    }
  },
};

/** @param from bytes before the list, where it stands inside an object */
export const zulipReader =
  (from: number) =>
  (file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> =>
    readMixedElements(file, { from, records: openMixedFormat(reading.folder, zulip) }, reading);
