// Whose account an export of Telegram is: it names them before its chats, by the id that their messages have.
import type { ParseEvent } from "../events.ts";
import { asId, isObject, type Json } from "../message.ts";

/** As it is written at messages; undefined where the export is of one chat, or does not say it. */
export const ownerOf = (account: Json): string | undefined => {
  const own = account["personal_information"];
  const id = isObject(own) ? asId(own["user_id"]) : null;
  return id === null ? undefined : `user${id}`;
};

/** Tells of each conversation under which names its messages are by whoever made the export. */
export async function* withOwner(
  events: AsyncGenerator<ParseEvent>,
  owner: string,
): AsyncGenerator<ParseEvent> {
  for await (const event of events) {
    if (event.kind !== "conversation") {
      yield event;
      continue;
    }
    const { conversation } = event;
    const names = conversation.messages.flatMap(({ author, authorId }) =>
      authorId === owner ? author : [],
    );
    yield { ...event, conversation: { ...conversation, owners: [...new Set(names)] } };
  }
}
