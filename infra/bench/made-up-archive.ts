// A made-up archive of any size for the benchmarks of import and analysis: threads among people and chats with an assistant, as JSON
// lines, drawn from sentences of ../shared/data with a seeded generator.
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { seeded } from "./irc-archive.ts";
import { drawn } from "./resampled.ts";

/** Characters of a message on average: 251 MB in 962,433 messages of a real archive. */
const MEAN_CHARACTERS = 200;
/** Sentences that a conversation draws from: as many neighbours in the pool, so that it has subjects. */
const NEAR = 120;
const MEAN_MESSAGES = 12;
const MOST_MESSAGES = 300;
const PEOPLE = 20_000;
const CHATS = 0.3;
const START_MS = Date.UTC(2021, 0, 4);
const SPAN_MS = 3 * 365 * 86_400_000;

/**
 * Writes conversations until `messages` messages are written.
 * @returns characters of all texts
 */
export const writeArchive = async (
  path: string,
  pool: readonly string[],
  { messages, seed }: { readonly messages: number; readonly seed: number },
): Promise<number> => {
  const random = seeded(seed);
  const below = (count: number) => Math.floor(random() * count);
  const exponential = (mean: number) => -Math.log(1 - random()) * mean;
  const file = createWriteStream(path);
  let [written, characters] = [0, 0];
  for (let number = 0; written < messages; number++) {
    const count = Math.min(
      MOST_MESSAGES,
      messages - written,
      2 + Math.floor(exponential(MEAN_MESSAGES - 2)),
    );
    const from = below(pool.length - NEAR);
    const near = pool.slice(from, from + NEAR);
    const isChat = random() < CHATS;
    const people = Array.from({ length: 2 + below(6) }, () => `Person ${below(PEOPLE)}`);
    let at = START_MS + Math.floor((written / messages) * SPAN_MS);
    const said = Array.from({ length: count }, (_, nth) => {
      const text = drawn(near, exponential(MEAN_CHARACTERS), random);
      at += 20_000 + Math.floor(exponential(120_000));
      characters += text.length;
      const answers = isChat && nth % 2 === 1;
      return {
        role: isChat ? (answers ? "assistant" : "user") : "member",
        ...(answers ? { model: "model-1" } : { name: people[below(people.length)] }),
        created_at: at / 1000,
        content: text,
      };
    });
    written += count;
    const line = JSON.stringify({ id: `made-up-${number}`, messages: said });
    if (!file.write(`${line}\n`)) await new Promise<void>((on) => file.once("drain", () => on()));
  }
  file.end();
  await finished(file);
  return characters;
};
