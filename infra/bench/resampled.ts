// Any number of chat-like texts for benchmarks of size, made by drawing sentences of ../shared/data with a seeded generator.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { haveIrcArchive, ircMessages, seeded } from "./irc-archive.ts";
import { sharedLines } from "./shared-lines.ts";

const data = join(import.meta.dirname, "..", "..", "..", "shared", "data");

export const haveSentences = (): boolean => haveIrcArchive() && existsSync(join(data, "dialogues"));

interface Dialogue {
  readonly messages: readonly { readonly content: string }[];
}

/** Sentences of 3 words or more: IRC messages, utterances of dialogues, utterances with intents, sentences of medical answers. */
export const sentences = async (): Promise<string[]> => {
  const dialogues = ["sgd-dev", "sgd-test", "taskmaster4"].flatMap((name) =>
    sharedLines<Dialogue>(`dialogues/${name}.jsonl.gz`).flatMap(({ messages }) =>
      messages.map(({ content }) => content),
    ),
  );
  const intents = sharedLines<{ text: string }>("intents/clinc150.jsonl.gz").map(
    ({ text }) => text,
  );
  const answers = sharedLines<{ text: string }>("medical-qa/corpus.jsonl.gz").flatMap(({ text }) =>
    text.split(/(?<=[.?!])\s+/),
  );
  const all = [...(await ircMessages()), ...dialogues, ...intents, ...answers];
  return [...new Set(all.map((text) => text.trim()))].filter(
    (text) => text.length <= 400 && text.split(/\s+/).length >= 3,
  );
};

/** Characters of a text on average, as a chunk of a real archive has (251 MB in 1,558,628 chunks). */
const MEAN_CHARACTERS = 160;

/** Sentences of a pool, joined until a length is reached; at least one. */
export const drawn = (
  pool: readonly string[],
  characters: number,
  random: () => number,
): string => {
  const one = () => pool[Math.floor(random() * pool.length)] ?? "";
  let text = one();
  while (text.length < characters) text += ` ${one()}`;
  return text;
};

/**
 * `count` texts: each is drawn sentences, joined until a length drawn from an exponential distribution is reached, so that most are
 * one sentence and some are eight. Words keep their real frequencies; the dictionary does not grow as that of new text would.
 */
export function* resampled(pool: readonly string[], count: number, seed = 1): Generator<string> {
  const random = seeded(seed);
  for (let made = 0; made < count; made++)
    yield drawn(pool, -Math.log(1 - random()) * (MEAN_CHARACTERS - 60), random);
}
