// The export of a whole Zulip server: messages that name people and rooms by number, and the lists of them in realm.json. Its writer's source is public.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import { htmlText } from "./html-text.ts";
import { asId, asString, isObject, type Json, message } from "./message.ts";
import type { MixedFormat, MixedRoom } from "./mixed-format.ts";
import type { Times } from "./times.ts";
import type { ZulipLists } from "./zulip-lists.ts";

export const isServerMessage = (item: unknown): item is Json =>
  isObject(item) &&
  typeof item["date_sent"] === "number" &&
  "recipient" in item &&
  "sender" in item &&
  typeof item["content"] === "string";

/** Without the lists a message's room is a number of its recipient, which is not the room's own id: it could not be found again. */
export const withoutLists =
  "The realm.json that names the rooms and people of this Zulip server is not at hand: upload the whole export, as it was packed.";

const nobody: ZulipLists = { people: new Map(), channels: new Map(), direct: new Map() };

const serverMessage = (item: Json, key: string, of: { times: Times; lists: ZulipLists }) => {
  const { times, lists } = of;
  const id = asId(item["id"]);
  const sender = asId(item["sender"]) ?? "unknown";
  const person = lists.people.get(sender);
  const html = asString(item["rendered_content"]);
  return message({
    key,
    sourceId: id,
    position: typeof item["id"] === "number" ? item["id"] : 0,
    author: person?.name ?? `User ${sender}`,
    authorId: sender,
    role: person?.isBot ? "tool" : "person",
    ...times.read(item["date_sent"]),
    text: html === null ? String(item["content"]) : htmlText(html),
    editedAt: times.read(item["last_edit_time"]).at,
    raw: JSON.stringify(item),
  });
};

/** @param lists undefined where the file is not to be read: see `withoutLists` */
export const openZulipServer = (lists: ZulipLists | undefined): MixedFormat => {
  let unnamed = 0;
  const known = lists ?? nobody;
  const nameOf = (user: string) => known.people.get(user)?.name ?? `User ${user}`;
  return {
    source: "zulip",
    isMessage: isServerMessage,
    roomOf(item): MixedRoom {
      if (!known.people.has(asId(item["sender"]) ?? "")) unnamed += 1;
      const recipient = asId(item["recipient"]) ?? "";
      const channel = known.channels.get(recipient);
      const topic = asString(item["subject"]) ?? "";
      if (channel) {
        const shown = topic === "" ? "general chat" : topic;
        const title = `${shown} (#${channel.name})`;
        return { id: `${channel.id}/${topic}`, hasId: true, title, channel: `#${channel.name}` };
      }
      const direct = known.direct.get(recipient);
      if (direct) {
        const people = [...new Set([...direct, asId(item["sender"]) ?? ""])].toSorted();
        const title = people.map(nameOf).join(", ");
        return { id: `@${people.join(",")}`, hasId: true, title, channel: title };
      }
      const title = topic === "" ? `Recipient ${recipient}` : topic;
      return { id: `recipient ${recipient}/${topic}`, hasId: true, title, channel: null };
    },
    *messages(items, times): Generator<ParsedMessage> {
      const taken = new Set<string>();
      for (const item of items) {
        const own = asId(item["id"]) ?? "";
        const key = own === "" || taken.has(own) ? `${own}#${taken.size}` : own;
        taken.add(key);
        yield serverMessage(item, key, { times, lists: known });
      }
    },
    told: () =>
      unnamed === 0
        ? []
        : [
            {
              code: "no-names",
              reason: "The export's realm.json does not name this author: a number is shown.",
              count: unnamed,
            },
          ],
  };
};
