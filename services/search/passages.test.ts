// Tests of the passages that answer a question: which hits are quoted, which sentences, in which order.
import { describe, expect, it } from "vitest";
import { type Hit, hit } from "#services/contract/search.ts";
import { passagesOf, quotesOf } from "./passages.ts";

const words = ["mount", "ntfs", "partition"];
const judging = {
  coverage: (text: string) => words.filter((word) => text.includes(word)).length / words.length,
  sure: () => 0.5,
};
const marksOf = (text: string) =>
  [...text.matchAll(/mount|ntfs|partition/gu)].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
  }));

let made = 0;
const aHit = (snippet: string, given: Partial<Hit> = {}): Hit => {
  made += 1;
  return hit.parse({
    chunk: `chk_${made}`,
    unit: "message",
    exchange: null,
    message: `msg_${made}`,
    gone: false,
    conversation: "cnv_a",
    collection: "col_a",
    title: null,
    channel: "#help",
    source: "irc",
    author: "ann",
    role: "person",
    kind: "text",
    language: "en",
    at: null,
    zoneKnown: false,
    snippet,
    textLength: snippet.length,
    highlights: marksOf(snippet),
    closest: null,
    score: 1,
    semanticRank: 1,
    lexicalRank: 1,
    similarity: 0.4,
    bm25: 3,
    before: [],
    after: [],
    topic: null,
    moreInConversation: 0,
    ...given,
  });
};
const said = (message: string, snippet: string) => ({
  message,
  author: "ben",
  role: "person" as const,
  at: null,
  snippet,
  textLength: snippet.length,
  highlights: marksOf(snippet),
});
const passages = (hits: readonly Hit[], most = 3, nearness = (_: string) => 0) =>
  passagesOf(quotesOf(hits, judging), most, { coverage: judging.coverage, nearness });
const textsOf = (...how: Parameters<typeof passages>) => passages(...how).map(({ text }) => text);
const anExchange = (question: string, answers: readonly string[], best: number | null): Hit => {
  const made = answers.map((text, at) => said(`msg_${question}_${at}`, text));
  return aHit(question, {
    unit: "exchange",
    exchange: {
      question: [said(`msg_${question}`, question)],
      answers: made,
      best: best === null ? null : (made[best]?.message ?? null),
      more: 0,
    },
  });
};

describe("the passages of an answer", () => {
  it("are the sentences with the question's words, with their marks moved along", () => {
    const [passage] = passages([
      aHit("Good evening all of you. To mount an ntfs partition install ntfs-3g first."),
    ]);
    expect(passage?.text).toBe(
      "Good evening all of you. To mount an ntfs partition install ntfs-3g first.",
    );
    for (const { start, end } of passage?.highlights ?? [])
      expect(words).toContain(passage?.text.slice(start, end));
  });

  it("end before the mark of a list whose items are not quoted", () => {
    const text = "To mount an ntfs partition take care. There are two ways:";
    expect(textsOf([aHit(`${text}\n\n1. **By hand.** It is the older way.`)])).toEqual([text]);
  });

  it("are none of hits that hold little of the question", () => {
    expect(textsOf([aHit("I cannot mount anything since the update yesterday.")])).toEqual([]);
  });

  it("need only some of the words where the meaning is far above chance", () => {
    const text = "You can mount it by its uuid in the file /etc/fstab.";
    expect(textsOf([aHit(text, { similarity: 0.57 })])).toEqual([]);
    expect(textsOf([aHit(text, { similarity: 0.58 })])).toEqual([text]);
  });

  it("leave out questions and what says nothing alone", () => {
    expect(
      textsOf([
        aHit("How do I mount an ntfs partition?"),
        aHit("mount ntfs partition"),
        aHit("ann, please see my message", { similarity: 0.9 }),
      ]),
    ).toEqual([]);
  });

  it("say each thing once, at most so many", () => {
    const one = aHit("Use mount with the option -t ntfs for that partition.");
    const same = aHit("use mount with the option -t ntfs for that partition!");
    const other = aHit("An ntfs partition can be listed in fstab, then mount does it at boot.");
    expect(textsOf([one, same, other])).toEqual([one.snippet, other.snippet]);
    expect(textsOf([one, same, other], 1)).toEqual([one.snippet]);
  });

  it("are an answer to the question before what only mentions the words", () => {
    const mention = aHit("Each ntfs partition of this machine has a place where it can mount.");
    const question = "how do i mount an ntfs partition";
    const exchange = anExchange(
      question,
      ["hm, no idea, sorry", "sudo mount -t ntfs /dev/sda1"],
      1,
    );
    expect(passages([mention, exchange])).toMatchObject([
      { text: "sudo mount -t ntfs /dev/sda1", author: "ben", answers: question },
      { message: mention.message, answers: null },
    ]);
  });

  it("are not always what was thanked for: what is nearer to the question, and says how, comes first", () => {
    const way = "add the partition to /etc/fstab, then mount it";
    const other = "the partition is shown in the file manager on the left";
    const exchange = anExchange("how do i mount an ntfs partition", [other, way], 0);
    expect(textsOf([exchange])).toEqual([way]);
    const nearness = (text: string) => (text === other ? 0.9 : 0);
    expect(textsOf([exchange], 3, nearness)).toEqual([other]);
  });

  it("leave out what has much less evidence than the best one", () => {
    const question = "how do i mount an ntfs partition";
    const good = anExchange(question, ["sudo mount -t ntfs /dev/sda1 /mnt/partition"], 0);
    const weak = anExchange(question, ["please wait until the others are here again"], null);
    expect(textsOf([weak])).toHaveLength(1);
    expect(textsOf([weak, good])).toEqual(["sudo mount -t ntfs /dev/sda1 /mnt/partition"]);
  });

  it("put those who have the same trouble behind those who help", () => {
    const question = "how do i mount an ntfs partition";
    const same = anExchange(question, ["ann: i have an ntfs partition that will not mount"], 0);
    const help = anExchange(
      `${question} here`,
      ["ann: an ntfs partition needs ntfs-3g to mount"],
      0,
    );
    expect(textsOf([same, help])[0]).toBe("ann: an ntfs partition needs ntfs-3g to mount");
  });

  it("are none of an exchange without an answer", () => {
    const question = "how do i mount an ntfs partition, it is a usb disk";
    expect(textsOf([anExchange(question, [], null)])).toEqual([]);
  });
});
