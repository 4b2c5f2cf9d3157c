// A list of conversations with one damage in it: the damaged one may be lost, and the one beside it; all others are read.
import fc from "fast-check";
import { expect, it } from "vitest";
import { read } from "./parse.builders.ts";

/** Of a file, in bytes. */
const FIRST_PIECE = 1024 * 1024;
const TURNS = 4;
const said = (n: number, turn: number) => `${n} "${turn}" said, {and} [more] ${"so ".repeat(12)}`;

const chatgpt = (n: number) => {
  const nodes = Array.from({ length: TURNS }, (_, turn) => ({
    id: `n${n}-${turn}`,
    parent: turn === 0 ? null : `n${n}-${turn - 1}`,
    children: turn === TURNS - 1 ? [] : [`n${n}-${turn + 1}`],
    message: {
      id: `n${n}-${turn}`,
      author: { role: turn % 2 ? "assistant" : "user", name: null },
      create_time: 1_700_000_000 + n * 100 + turn,
      content: { content_type: "text", parts: [said(n, turn)] },
      recipient: "all",
    },
  }));
  return {
    title: `title ${n}`,
    create_time: 1_700_000_000 + n * 100,
    mapping: Object.fromEntries(nodes.map((node) => [node.id, node])),
    current_node: nodes.at(-1)?.id,
    conversation_id: `c${n}`,
  };
};

const claude = (n: number) => ({
  uuid: `c${n}`,
  name: `title ${n}`,
  created_at: "2026-01-01T00:00:00Z",
  account: { uuid: "a" },
  chat_messages: Array.from({ length: TURNS }, (_, turn) => ({
    uuid: `m${n}-${turn}`,
    text: said(n, turn),
    sender: turn % 2 ? "assistant" : "human",
    created_at: "2026-01-01T00:00:00Z",
    attachments: [],
  })),
});

const marks = ["{", "}", "[", "]", '"', ",", ":", "\\"] as const;
type Damage = (text: string, at: number, mark: string) => string;
const damages: Readonly<Record<string, Damage>> = {
  "a character too many": (text, at, mark) => text.slice(0, at) + mark + text.slice(at),
  "a character that is missing": (text, at, mark) => {
    const found = text.indexOf(mark, at);
    return found < 0 ? text : text.slice(0, found) + text.slice(found + 1);
  },
  "characters that are others": (text, at) =>
    `${text.slice(0, at)}#{"]x,:[}\\${text.slice(at + 9)}`,
  "a piece that is missing": (text, at) => text.slice(0, at) + text.slice(at + 300),
};

/** Blanks before a place, so that the file is read in two pieces. @param share of what follows that is in the first piece */
const apart = (text: string, place: number, share: number): string => {
  const blanks = FIRST_PIECE - place - Math.floor(share * (text.length - place));
  return text.slice(0, place) + " ".repeat(blanks) + text.slice(place);
};

const isJson = (text: string): boolean => {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    // Then it is none.
    return false;
  }
};

/** Beginnings of files are where formats are told: what is damaged there is another matter. */
const TOLD = 60;
const CONVERSATIONS = 12;

it.each(
  Object.keys(damages).flatMap(
    (damage) =>
      [
        ["ChatGPT", damage, chatgpt],
        ["Claude", damage, claude],
      ] as const,
  ),
)("of %s with %s is read but for two conversations at most", async (_, name, make) => {
  const all = Array.from({ length: CONVERSATIONS }, (_unused, n) => make(n));
  const damage = damages[name];
  if (!damage) throw new Error(`There is no damage ${name}.`);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0, 2),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(...marks),
      fc.option(fc.double({ min: 0, max: 0.9, noNaN: true }), { nil: undefined }),
      async (indent, share, mark, long) => {
        const text = JSON.stringify(all, null, indent);
        // What goes on in another piece is long: with blanks after the first conversation, that may be any other one.
        const from =
          long === undefined ? TOLD : JSON.stringify(all.slice(0, 1), null, indent).length + 2;
        const at = from + Math.floor(share * (text.length - from - TOLD));
        const damaged = damage(text, at, mark);
        const file = long === undefined ? damaged : apart(damaged, from - 2, long);
        const wholeBytes = long === undefined ? 1e9 : 0;
        const { conversations, problems } = await read(file, "conversations.json", {
          limits: { wholeBytes },
        });
        // By what is said in them: damage inside of a string changes that only.
        const whole = new Set(
          conversations
            .filter(({ messages }) => messages.length === TURNS)
            .map(({ messages }) => Number.parseInt(messages[0]?.text ?? "", 10)),
        );
        const lost = all.filter((_one, n) => !whole.has(n)).length;
        expect(lost).toBeLessThanOrEqual(2);
        if (lost > 0 && !isJson(damaged)) expect(problems).not.toEqual([]);
      },
    ),
    { seed: 12, numRuns: 20 },
  );
});
