// Server-sent events of a written answer, read from pieces of text that may end anywhere.
import { type WrittenEvent, writtenEvent } from "#services/contract/answers.ts";

const eventIn = (block: string): WrittenEvent | undefined => {
  const field = (name: string) =>
    block
      .split("\n")
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /u, ""))
      .join("\n");
  const event = field("event");
  if (event === "") return undefined;
  return writtenEvent.parse({ event, data: JSON.parse(field("data")) });
};

/** @throws Error where the stream ends before its last event */
export const readWrittenEvents = async function* (
  pieces: AsyncIterable<string>,
): AsyncGenerator<WrittenEvent, void, undefined> {
  let rest = "";
  let last: WrittenEvent["event"] | undefined;
  for await (const piece of pieces) {
    const blocks = (rest + piece).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventIn(block);
      if (event === undefined) continue;
      last = event.event;
      yield event;
    }
  }
  if (last === undefined || last === "sources" || last === "text")
    throw new Error("The answer broke off.");
};
