// Builders for tests of exchanges: the lines of a channel and the turns of a chat, written down briefly.
import { millis } from "#services/domain/units.ts";
import { aMessage } from "./chunk.builders.ts";
import type { ExchangeableMessage, ExchangeParts } from "./exchange.ts";

/** Lines as `anna: text`, a minute apart where no minute stands before: `12 anna: text`. Ids are their places. */
export const lines = (...said: readonly string[]): ExchangeableMessage[] => {
  let minute = -1;
  return said.map((line, place) => {
    const [, at, author = "", text = ""] = /^(?:(\d+) )?(\w+): (.*)$/u.exec(line) ?? [];
    minute = at === undefined ? minute + 1 : Number(at);
    return {
      ...aMessage(`${place}`, text, { author, at: millis(minute * 60_000) }),
      replyTo: null,
    };
  });
};

/** Turns as `user: text` or `assistant: text`, each the child of the one before, or of the place given: `user<0: text`. */
export const turns = (...said: readonly string[]): ExchangeableMessage[] => {
  const made: ExchangeableMessage[] = [];
  for (const [place, line] of said.entries()) {
    const [, role = "user", above, text = ""] = /^(\w+)(?:<(\d+))?: (.*)$/u.exec(line) ?? [];
    const parent = made[above === undefined ? place - 1 : Number(above)]?.id ?? null;
    const author = role === "user" ? "ada" : "model";
    made.push(aMessage(`${place}`, text, { author, role: role as "user", parent }));
  }
  return made;
};

/** `question lines | answer lines`, by their places in the list. */
export const placesIn =
  (messages: readonly ExchangeableMessage[]) =>
  ({ members, isAnswer }: ExchangeParts): string => {
    const places = (answers: boolean) =>
      members
        .filter((message) => isAnswer(message) === answers)
        .map(({ id }) => messages.findIndex((one) => one.id === id))
        .join(" ");
    return `${places(false)} | ${places(true)}`;
  };
