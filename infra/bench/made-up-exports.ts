// Made-up exports of any size for the benchmarks of reading: JSON lines of OpenAI's API, and a ChatGPT export.
import { readdirSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

const MB = 1e6;

/** Pseudo-random numbers, the same each time. */
const dice = () => {
  let state = 1;
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
};

/**
 * The running text of the documentation: made-up words would be cut into five times as many tokens as words that people write, and
 * no language would be recognized in them.
 */
const runningText = (): string[] => {
  const docs = join(import.meta.dirname, "../docs");
  return readdirSync(docs)
    .filter((name) => name.endsWith(".md"))
    .flatMap((name) => readFileSync(join(docs, name), "utf8").split(/\s+/))
    .filter((word) => /^[A-Za-z][a-z']*[,.:;?]?$/.test(word));
};

export const speaker = () => {
  const roll = dice();
  const words = runningText();
  return (most: number) => {
    const length = 1 + roll(most);
    const from = roll(words.length - length);
    return words.slice(from, from + length).join(" ");
  };
};

const writeUntil = async (path: string, size: number, record: (n: number) => string) => {
  await using file = await open(path, "w");
  for (let written = 0, n = 0; written < size; ) {
    let block = "";
    for (; block.length < 4 * MB && written + block.length < size; n += 1) block += record(n);
    await file.write(block);
    written += block.length;
  }
};

export const writeJsonl = (path: string, size: number) => {
  const say = speaker();
  return writeUntil(path, size, (n) => {
    const messages = Array.from({ length: 8 }, (_, turn) => ({
      role: turn % 2 === 0 ? "user" : "assistant",
      content: say(turn % 2 === 0 ? 40 : 160),
    }));
    return `${JSON.stringify({ id: `c${n}`, metadata: { n }, messages })}\n`;
  });
};

export const writeChatgpt = async (path: string, size: number) => {
  const say = speaker();
  await writeUntil(path, size, (n) => {
    const nodes = Array.from({ length: 12 }, (_, turn) => ({
      id: `n${n}-${turn}`,
      parent: turn === 0 ? null : `n${n}-${turn - 1}`,
      children: turn === 11 ? [] : [`n${n}-${turn + 1}`],
      message: {
        id: `n${n}-${turn}`,
        author: { role: turn % 2 === 0 ? "user" : "assistant", name: null, metadata: {} },
        create_time: 1_700_000_000.5 + n * 100 + turn,
        content: { content_type: "text", parts: [say(turn % 2 === 0 ? 40 : 160)] },
        status: "finished_successfully",
        recipient: "all",
        metadata: { model_slug: "gpt-4o", citations: [], request_id: "r" },
      },
    }));
    const mapping = Object.fromEntries(nodes.map((node) => [node.id, node]));
    const record = {
      title: say(5),
      create_time: 1_700_000_000.5,
      mapping,
      current_node: `n${n}-11`,
      conversation_id: `c${n}`,
    };
    return `${n === 0 ? "[" : ","}${JSON.stringify(record)}`;
  });
  await using file = await open(path, "a");
  await file.write("]");
};
