// Tests of the passages that answer a question: which hits are quoted, which sentences, in which order.
import { describe, expect, it } from "vitest";
import { type Hit, hit } from "#services/contract/search.ts";
import { passagesOf } from "./passages.ts";

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
const textsOf = (hits: readonly Hit[], most = 3) =>
  passagesOf(hits, most, judging).map(({ text }) => text);

describe("the passages of an answer", () => {
  it("are the sentences with the question's words, with their marks moved along", () => {
    const [passage] = passagesOf(
      [aHit("Good evening all of you. To mount an ntfs partition install ntfs-3g first.")],
      3,
      judging,
    );
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

  it("are the best answer of an exchange before what only mentions the words", () => {
    const mention = aHit("I wrote a page about how to mount an ntfs partition.");
    const asked = said("msg_q", "how do i mount an ntfs partition");
    const exchange = aHit("how do i mount an ntfs partition", {
      unit: "exchange",
      exchange: {
        question: [asked],
        answers: [
          said("msg_x", "hm, no idea, sorry"),
          said("msg_y", "sudo mount -t ntfs /dev/sda1 /mnt"),
        ],
        best: "msg_y",
        more: 0,
      },
    });
    expect(passagesOf([mention, exchange], 3, judging)).toMatchObject([
      { message: "msg_y", author: "ben", answers: asked.snippet },
      { message: mention.message, answers: null },
    ]);
  });

  it("are none of an exchange without an answer", () => {
    const asked = said("msg_q", "how do i mount an ntfs partition, it is a usb disk");
    const exchange = { question: [asked], answers: [], best: null, more: 0 };
    expect(textsOf([aHit(asked.snippet, { unit: "exchange", exchange })])).toEqual([]);
  });
});
