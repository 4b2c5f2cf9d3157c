// A channel of Slackdump's archive as a conversation, from a file of chunks or from its database.
import type { AuthorNames, ParsedMessage } from "#services/domain/conversation.ts";
import { openAuthorNames } from "../author-names.ts";
import type { ParseEvent } from "../events.ts";
import { asString, type Json } from "../message.ts";
import { inParts } from "../parts.ts";
import { authorNamesIn, slackMessage } from "../slack-message.ts";
import type { SlackNames } from "../slack-text.ts";

/** The names that people and channels have. @param aliases every name of each person, by id */
export const namesOf = (
  aliases: ReadonlyMap<string, readonly string[]>,
  channels: ReadonlyMap<string, Json>,
): SlackNames => ({
  aliases: new Map(aliases),
  people: new Map([...aliases].map(([id, [name = id]]) => [id, name])),
  channels: new Map(
    [...channels].flatMap(([id, channel]) => {
      const name = asString(channel["name"]);
      return name === null ? [] : [[id, name] as const];
    }),
  ),
});

const titleOf = (channel: Json | undefined, id: string, { people }: SlackNames): string => {
  const name = asString(channel?.["name"]);
  const user = asString(channel?.["user"]);
  if (channel?.["is_im"] === true && user !== null) return people.get(user) ?? user;
  return name === null ? id : `#${name}`;
};

export interface ArchivedRoom {
  readonly id: string;
  readonly channel: Json | undefined;
  /** Whether messages of the channel may be missing. */
  readonly partial: boolean;
  /** Its messages, each once; gone through twice. */
  items(): Iterable<Json>;
}

export function* archivedRoom(
  { id, channel, partial, items }: ArchivedRoom,
  known: SlackNames,
): Generator<ParseEvent> {
  const title = titleOf(channel, id, known);
  const told = openAuthorNames();
  const authors: AuthorNames[] = [];
  for (const item of items()) {
    const found = told.of(slackMessage(item, known), authorNamesIn(item, known));
    if (found !== undefined) authors.push(found);
  }
  const conversation = {
    source: "slack",
    sourceId: id,
    hasId: true,
    asOf: null,
    ...(partial && { partial }),
    title,
    tree: false,
    channel: title,
    authors,
    raw: channel === undefined ? null : JSON.stringify(channel),
  } as const;
  const messages = function* (): Generator<ParsedMessage> {
    for (const item of items()) yield slackMessage(item, known);
  };
  yield* inParts(conversation, messages());
}
