// `parlance answer`: passages of messages that answer a question, or a text that a language model writes from them.
import { defineCommand } from "citty";
import {
  answer,
  type Passage,
  type WrittenEvent,
  writtenEvent,
} from "#services/contract/answers.ts";
import { unavailable } from "#services/domain/errors.ts";
import { ask, type Client, failureOf } from "../client/client.ts";
import { json, line, paint, printable, when } from "../client/output.ts";
import { findCollection, listCollections, noneYet } from "../collections.ts";
import { insteadLines } from "../instead.ts";
import { limitOf } from "../line/limit.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const printPassage = (passage: Passage, place: number): void => {
  const where = passage.title ?? passage.channel ?? passage.conversation;
  if (passage.answers !== null) line(paint("dim", `     Asked: ${printable(passage.answers)}`));
  for (const [at, text] of printable(passage.text).split("\n").entries())
    line(at === 0 ? `${paint("dim", `[${place}]`.padStart(4))} ${text}` : `     ${text}`);
  line(paint("dim", `     ${printable(passage.author)}  ${when(passage.at)}  ${printable(where)}`));
  line();
};

const eventIn = (block: string): WrittenEvent | undefined => {
  const event = /^event: (.*)$/m.exec(block)?.[1];
  const data = /^data: (.*)$/m.exec(block)?.[1];
  return event === undefined || data === undefined
    ? undefined
    : writtenEvent.parse({ event, data: JSON.parse(data) });
};

const eventsOf = async function* (response: Response): AsyncGenerator<WrittenEvent> {
  let rest = "";
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + piece).split("\n\n");
    rest = blocks.pop() ?? "";
    yield* blocks.map(eventIn).filter((event) => event !== undefined);
  }
};

const printCited = (cited: readonly number[], sources: readonly Passage[]): void => {
  line("\n");
  for (const number of cited) {
    const source = sources[number - 1];
    if (source !== undefined) printPassage(source, number);
  }
};

/** Prints a written answer while it comes. @throws ParlanceError of the server, or unavailable `broken-answer` */
const printWritten = async (client: Client, path: string, body: unknown): Promise<void> => {
  const response = await client.fetch(`${path}/written`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await failureOf(response);
  let sources: readonly Passage[] = [];
  let isWriting = false;
  for await (const { event, data } of eventsOf(response))
    switch (event) {
      case "sources":
        sources = data.passages;
        break;
      case "text":
        isWriting = true;
        process.stdout.write(printable(data.text));
        break;
      case "end":
        return printCited(data.cited, sources);
      case "refused":
        return line(`No answer was written. ${printable(data.reason)}`);
      case "failed":
        if (isWriting) line();
        throw unavailable(data.reason, { code: "broken-answer" });
    }
  throw unavailable("The answer broke off.", { code: "broken-answer" });
};

export const answerCommand = defineCommand({
  meta: { name: "answer", description: "Answer a question with quotes from messages" },
  args: {
    question: { type: "positional", required: true, description: "What to answer" },
    collection: {
      type: "string",
      alias: "c",
      description: "Name of a collection (all by default)",
    },
    limit: { type: "string", default: "3", description: "How many quotes, 1-8" },
    written: {
      type: "boolean",
      description: "Have the configured language model write an answer with citations",
    },
    json: { type: "boolean", description: "Print the quotes as JSON" },
  },
  async run({ args }) {
    if (args.written && args.json)
      throw misuse(
        "--written and --json cannot be used together.",
        "A written answer is printed as text. POST /api/v1/answer/written sends it as events.",
      );
    const limit = limitOf(args.limit, 8);
    // Everything that is not an option belongs to the question, so that it needs no quotes.
    const query = args._.length > 0 ? args._.join(" ") : args.question;
    if (query.trim() === "")
      throw misuse("The question is empty.", 'Write `parlance answer "how do I …"`.');
    const client = await openClient();
    try {
      const id =
        args.collection === undefined
          ? undefined
          : (await findCollection(client, args.collection)).id;
      const path = id === undefined ? "/api/v1/answer" : `/api/v1/collections/${id}/answer`;
      if (args.written) return await printWritten(client, path, { query, limit });
      const found = await ask(client, answer, { path, body: { query, limit } });
      if (args.json) return json(found);
      for (const [at, passage] of found.passages.entries()) printPassage(passage, at + 1);
      for (const notice of found.notices) line(paint("yellow", printable(notice)));
      if (found.passages.length > 0) return;
      if (found.notices.length === 0 && (await listCollections(client)).length === 0)
        return line(noneYet);
      line("No message is certain enough to answer from.");
      for (const text of insteadLines(found.noMatch)) line(text);
    } finally {
      await client.close();
    }
  },
});
