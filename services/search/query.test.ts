// Tests of typed questions: what is read as a word, a phrase or an operator; and questions printed as text again.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printTime, readTime } from "#services/domain/typed-time.ts";
import { isListing, parseQuestion, printQuestion } from "./query.ts";

const now = Date.UTC(2024, 4, 10, 12);
const parse = (text: string) => parseQuestion(text, now);

describe("a question", () => {
  it("has words, phrases, required and excluded words, and prefixes", () => {
    const question = parse('printer "paper jam" +driver -windows -"blue screen" cups* rm --force');
    expect(question.words).toEqual(["printer", "rm", "--force"]);
    expect(question.phrases).toEqual(["paper jam"]);
    expect(question.required).toEqual(["driver"]);
    expect(question.excluded).toEqual(["windows", "blue screen"]);
    expect(question.prefixes).toEqual(["cups"]);
    expect(question.text).toBe("printer paper jam driver cups rm --force");
  });

  it("takes options of a command line for words", () => {
    const question = parse("sudo shutdown -h now");
    expect(question.words).toEqual(["sudo", "shutdown", "-h", "now"]);
    expect(question.excluded).toEqual([]);
  });

  it("reads operators, also quoted ones, and does not search for them as words", () => {
    const question = parse(
      'FROM:anna from:"Anna Berg" role:assistant in:#ubuntu kind:tool source:irc lang:DE lang:none',
    );
    expect(question.operators).toMatchObject({
      from: ["anna", "Anna Berg"],
      role: ["assistant"],
      in: ["#ubuntu"],
      kind: ["tool"],
      source: ["irc"],
      lang: ["de", null],
    });
    expect(question.text).toBe("");
    expect(isListing(question)).toBe(true);
  });

  it("asks for exchanges or messages with kind:, which also takes kinds of messages", () => {
    expect(parse("kind:Exchange kind:text").operators).toMatchObject({
      unit: ["exchange"],
      kind: ["text"],
    });
    expect(parse("kind:talk").notices[0]).toContain("attachment, message, exchange.");
  });

  it("reads days, months, years, exact times and times relative to now", () => {
    expect(parse("after:2008-01-03").operators.after).toBe(Date.UTC(2008, 0, 3));
    expect(parse("before:2008-01").operators.before).toBe(Date.UTC(2008, 0, 1));
    expect(parse("before:2008").operators.before).toBe(Date.UTC(2008, 0, 1));
    expect(parse("after:7d").operators.after).toBe(now - 7 * 86_400_000);
    expect(parse("after:2008-01-03T10:00Z").operators.after).toBe(Date.UTC(2008, 0, 3, 10));
    expect(parse("after:2007 after:2008").operators.after).toBe(Date.UTC(2008, 0, 1));
  });

  it("reports what it did not understand, and searches for its words", () => {
    const unknown = parse("about:printing hello");
    expect(unknown.words).toEqual(["about:printing", "hello"]);
    expect(unknown.notices).toEqual(["“about:” is not an operator; it was searched for as words."]);
    expect(parse("role:boss").notices[0]).toContain("role: takes user, assistant");
    expect(parse("after:yesterday").notices[0]).toContain("is not a time");
    expect(parse("after:2008-02-31").notices[0]).toContain("is not a time");
    expect(parse("-from:anna").notices[0]).toContain("cannot be excluded");
  });

  it("reads addresses, times, paths and code as words", () => {
    const text = "http://example.org/a?b=c std::vector 10:30 C:\\temp foo: /etc/fstab -- - :";
    const question = parse(text);
    expect(question.words).toEqual([
      "http://example.org/a?b=c",
      "std::vector",
      "10:30",
      "C:\\temp",
      "foo:",
      "/etc/fstab",
    ]);
    expect(question.notices).toEqual([]);
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"])(
    "takes %s: as words, like every other name that is no operator",
    (name) => {
      const question = parse(`${name}:printer from:${name}`);
      expect(question.text).toContain("printer");
      expect(question.operators).toMatchObject({ from: [name] });
    },
  );

  it("reads a quote without an end up to the end of the text", () => {
    expect(parse('say "hello there').phrases).toEqual(["hello there"]);
  });

  it("is the same question after it was printed and read again", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.constantFrom(
        'from:"a b"',
        "-x",
        "+y",
        "z*",
        '"p q"',
        "in:#c",
        "before:2008",
        "after:3w",
        "lang:de",
        "topic:x",
        "role:user",
        '-"n m"',
        "kind:tool",
        "kind:exchange",
        "source:irc",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const first = parse(pieces.join(" "));
        const again = parse(printQuestion(first));
        for (const key of ["words", "required", "phrases", "excluded", "prefixes"] as const)
          expect(again[key]).toEqual(first[key]);
        expect(again.operators).toEqual(first.operators);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a time", () => {
  it("is read back as the same instant", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (moment) => {
        expect(readTime(printTime(moment), now)).toBe(moment);
      }),
    );
  });
});

describe("a question that is too long", () => {
  const times = (count: number, word: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => word(at)).join(" ");

  it.each([
    ["words", 128, times(200, (at) => `w${at}`)],
    ["required", 32, times(200, (at) => `+w${at}`)],
    ["prefixes", 8, times(200, (at) => `w${at}*`)],
    ["phrases", 16, times(200, (at) => `"a b${at}"`)],
    ["excluded", 32, times(200, (at) => `-w${at}`)],
  ] as const)("keeps its first %s and reports it", (of, most, typed) => {
    const question = parse(typed);
    expect(question[of]).toHaveLength(most);
    expect(question.notices).toEqual([expect.stringContaining(`Only the first ${most} `)]);
  });

  it("keeps the first of each operator and reports it", () => {
    for (const name of ["from", "in", "topic"] as const) {
      const question = parse(times(100, (at) => `${name}:n${at}`));
      expect(question.operators[name]).toHaveLength(16);
      expect(question.notices).toHaveLength(1);
    }
  });

  it("contains nothing twice", () => {
    const question = parse(`${times(50, () => "a*")} ${times(50, () => '"the of"')} from:x from:x`);
    expect(question).toMatchObject({ prefixes: ["a"], phrases: ["the of"], notices: [] });
    expect(question.operators.from).toEqual(["x"]);
  });

  it("shortens an extremely long word, but not the text for the meaning", () => {
    const question = parse("x".repeat(4000));
    expect(question.words).toEqual(["x".repeat(400)]);
    expect(question.text).toHaveLength(4000);
  });

  it("limits the number of notices", () => {
    expect(parse(times(300, (at) => `before:never${at}`)).notices).toHaveLength(20);
  });

  it("takes no property name of JavaScript objects as an operator", () => {
    const question = parse("constructor:name toString:x");
    expect(question.words).toEqual(["constructor:name", "toString:x"]);
    expect(question.notices).toHaveLength(2);
  });

  it.each([
    ["from:", "“from:” has no value"],
    ["from: anna", "“from:” has no value"],
    ['"sound card', "has no end"],
    ['oven "', "with nothing after it"],
  ])("says what it made of %s", (typed, notice) => {
    const { notices, words, phrases } = parseQuestion(typed, 0);
    expect(notices.join(" ")).toContain(notice);
    expect([...words, ...phrases]).not.toContain("from:");
  });

  it.each(['"sound card"', 'from:anna "a \\"b\\""', "http: x", "10:30"])(
    "says nothing about %s",
    (typed) => expect(parseQuestion(typed, 0).notices).toEqual([]),
  );
});
