// Tests of the words of a question: inflections, nearest known words, corrections, highlights, weights by the form of the question.
import { describe, expect, it } from "vitest";
import type { Vocabulary } from "./nearest.ts";
import { parseQuestion } from "./query.ts";
import { sameStem, stemOf } from "./stems.ts";
import { isStopWord, stopWordWeight } from "./stop-words.ts";
import { corrected, gateOf, isGated, planTerms } from "./terms.ts";
import { semanticShare } from "./weights.ts";
import { marksIn } from "./words.ts";

const edits = (a: string, b: string): number => {
  const row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    let corner = i - 1;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0;
      const same = corner + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(same, above + 1, (row[j - 1] ?? 0) + 1);
      corner = above;
    }
  }
  return row[b.length] ?? 0;
};

const vocabularyOf = (frequencies: Readonly<Record<string, number>>): Vocabulary => ({
  rows: 10_000,
  documentFrequency: (term) => frequencies[term] ?? 0,
  similarTerms: (term, most, limit) =>
    Object.entries(frequencies)
      .map(([known, documentFrequency]) => ({
        term: known,
        documentFrequency,
        edits: edits(term, known),
      }))
      .filter((one) => one.edits <= most)
      .sort((a, b) => a.edits - b.edits || b.documentFrequency - a.documentFrequency)
      .slice(0, limit),
  termsWithPrefix: (prefix, limit) =>
    Object.entries(frequencies)
      .filter(([known]) => known.startsWith(prefix))
      .map(([term, documentFrequency]) => ({ term, documentFrequency }))
      .sort((a, b) => b.documentFrequency - a.documentFrequency)
      .slice(0, limit),
});

const vocabulary = vocabularyOf({
  printer: 900,
  printers: 120,
  printing: 80,
  permission: 300,
  commission: 40,
  cups: 50,
  cupsd: 9,
  install: 700,
  installed: 400,
});
const plan = (typed: string) => planTerms(parseQuestion(typed, 0), vocabulary);
const weightOf = (typed: string, term: string) =>
  plan(typed).query.should.find((one) => one.term === term)?.weight;

describe("the words of a question", () => {
  it("add the words of the same stem with less weight, all as rare as they are together", () => {
    const idf = (count: number) => Math.log(1 + (10_000 - count + 0.5) / (count + 0.5));
    expect(weightOf("install", "install")).toBeCloseTo(idf(1100) / idf(700), 10);
    expect(weightOf("install", "installed")).toBeCloseTo((0.5 * idf(1100)) / idf(400), 10);
    expect(weightOf("install", "printer")).toBeUndefined();
    // Alone, a word has its own weight.
    expect(weightOf("permission", "permission")).toBe(1);
    // "installing" itself is not in the index, but words of its stem are.
    expect(weightOf("installing", "installed")).toBeCloseTo((0.5 * idf(1100)) / idf(400), 10);
    expect(plan("installing").expansions).toEqual([]);
  });

  it("take all negations for one word where the question holds one", () => {
    const own = vocabularyOf({ printer: 900, not: 2000, cannot: 90, doesnt: 400, dont: 10 });
    const should = (typed: string) => planTerms(parseQuestion(typed, 0), own).query.should;
    const terms = (typed: string) => should(typed).map(({ term }) => term);
    expect(terms("the printer does not print")).toEqual(
      expect.arrayContaining(["not", "cannot", "doesnt", "dont"]),
    );
    expect(terms("printer can't print")).toContain("not");
    expect(terms("the printer does print")).not.toContain("cannot");
    // Of question and index, not of the spelling: each is worth the same.
    const worth = should("printer not").map(
      ({ term, weight }) =>
        [
          term,
          weight *
            Math.log(
              1 +
                (10_000 - own.documentFrequency(term) + 0.5) / (own.documentFrequency(term) + 0.5),
            ),
        ] as const,
    );
    const [first, ...others] = worth.filter(([term]) => term !== "printer");
    for (const [, mass] of others) expect(mass).toBeCloseTo(first?.[1] ?? 0, 5);
  });

  it("are known as typed for whole conversations, and by forms or spellings where no message has them", () => {
    const wordsOf = (typed: string) =>
      plan(typed).words.map(({ terms }) => terms.map(({ term }) => term));
    expect(wordsOf("printer")).toEqual([["printer"]]);
    expect(wordsOf("installing")[0]?.toSorted()).toEqual(["install", "installed"]);
  });

  it("count less where they are stop words, the less the longer the question is", () => {
    expect(weightOf("how do you say permission", "how")).toBe(0.6);
    expect(weightOf("the the", "the")).toBe(1);
    const long = `how do ${Array.from({ length: 10 }, (_, at) => `word${at}`).join(" ")}`;
    expect(weightOf(long, "how")).toBe(0.25);
    expect(weightOf(long, "word3")).toBe(1);
    expect(
      planTerms(parseQuestion("wie die permission", 0), vocabulary, ["de"]).query.should,
    ).toEqual([
      { term: "wie", weight: stopWordWeight(1) },
      { term: "die", weight: stopWordWeight(1) },
      { term: "permission", weight: 1 },
    ]);
    expect(isStopWord("wie", ["en"])).toBe(false);
  });

  it("are replaced by the nearest known words where no message contains them, the most likely first", () => {
    const { expansions, query } = plan("permision");
    expect(expansions).toEqual([{ word: "permision", to: ["permission"], isKnown: false }]);
    expect(query.should.map(({ term }) => term)).toEqual(["permision", "permission"]);
  });

  it("are not changed where they are short, numbers or codes", () => {
    for (const typed of ["cpus1", "abc", "12345", "0x8007"])
      expect(plan(typed).expansions).toEqual([]);
  });

  it("add the usual spelling of a mistake that a message contains too", () => {
    const known = vocabularyOf({ printer: 900, printter: 2 });
    const { query, expansions } = planTerms(parseQuestion("printter", 0), known);
    expect(query.should.map(({ term }) => term)).toEqual(["printter", "printer"]);
    expect(expansions).toEqual([{ word: "printter", to: ["printer"], isKnown: true }]);
  });

  it("are not said to be expanded where another form of them is there", () => {
    const known = vocabularyOf({ refund: 20, refunded: 3 });
    const { query, expansions } = planTerms(parseQuestion("refunds", 0), known);
    expect(query.should.map(({ term }) => term)).toContain("refund");
    expect(expansions).toEqual([]);
  });

  it("are taken for mistakes that many make only in large collections, with the same first letter", () => {
    const likely = (typed: string, rows: number, known: Record<string, number>) => {
      const large = { ...vocabularyOf(known), rows };
      return planTerms(parseQuestion(typed, 0), large).expansions.flatMap(({ to }) => to);
    };
    const wireless = { wireless: 2000, wirless: 20 };
    expect(likely("wirless", 100_000, wireless)).toEqual(["wireless"]);
    expect(likely("wirless", 50_000, wireless)).toEqual([]);
    expect(likely("wirless", 100_000, { ...wireless, wirless: 60 })).toEqual([]);
    expect(likely("wierless", 100_000, { ...wireless, wierless: 20 })).toEqual(["wireless"]);
    expect(likely("paint", 100_000, { point: 2000, paint: 20, painted: 10 })).toEqual([]);
    expect(likely("cable", 100_000, { table: 2000, cable: 20 })).toEqual([]);
    expect(likely("lamp", 100_000, { lump: 2000, lamp: 20 })).toEqual([]);
  });

  it("restrict the rows only where they are quoted, required or prefixes", () => {
    const { query } = plan('printer +cups "permission denied" inst* -windows');
    expect(query.must).toEqual([{ term: "cups", weight: 1 }]);
    expect(query.phrases).toEqual([["permission", "denied"]]);
    expect(query.prefixes).toEqual(["inst"]);
    expect(query.not).toEqual([["windows"]]);
    expect(isGated(query)).toBe(true);
    expect(gateOf(query).should).toEqual([]);
    expect(isGated(plan("printer -windows").query)).toBe(false);
    expect(isGated(plan("printer").query)).toBe(false);
  });

  it("require the parts of a compound in order, and prefer the whole", () => {
    const { must, phrases, should } = plan("+/etc/fstab +c++ +2.6.32-21").query;
    expect(must.map(({ term }) => term)).toEqual(["c++"]);
    expect(phrases).toEqual([
      ["etc", "fstab"],
      ["2", "6", "32", "21"],
    ]);
    expect(should.map(({ term }) => term)).toEqual(["etc/fstab", "2.6.32-21"]);
  });

  it("use everything before a star as the prefix", () => {
    const prefixed = (typed: string) => {
      const { prefixes, phrases, must } = plan(typed).query;
      return { prefixes, phrases, must: must.map(({ term }) => term) };
    };
    expect(prefixed("sources.li*")).toEqual({ prefixes: ["sources.li"], phrases: [], must: [] });
    expect(prefixed("/etc/apt/sou*")).toEqual({ prefixes: ["etc/apt/sou"], phrases: [], must: [] });
    expect(prefixed("apt(sou*")).toEqual({ prefixes: ["sou"], phrases: [], must: ["apt"] });
    expect(prefixed("北京*")).toEqual({ prefixes: [], phrases: [["北", "京"]], must: [] });
  });

  it("exclude and quote c++ without matching every c", () => {
    expect(plan('-c++ "c++"').query).toMatchObject({ not: [["c++"]], phrases: [["c++"]] });
  });

  it("are searched for once, however often they were typed", () => {
    expect(plan("printer printer Printer").query).toEqual(plan("printer").query);
  });

  it("are looked up once per searcher", () => {
    const asked: string[] = [];
    const counting: Vocabulary = {
      ...vocabulary,
      similarTerms: (term, most, limit) => {
        asked.push(`${term} ${most}`);
        return vocabulary.similarTerms(term, most, limit);
      },
    };
    for (const typed of ["permision", "permision pri", "permision printer"])
      planTerms(parseQuestion(typed, 0), counting);
    // A frequent word one edit away is always more likely than one two edits away.
    expect(asked).toEqual(["permision 1"]);
    planTerms(parseQuestion("pemrision", 0), counting);
    expect(asked.slice(1)).toEqual(["pemrision 1", "pemrision 2"]);
  });
});

describe("a corrected question", () => {
  it("has the known word instead of the unknown one", () => {
    const { expansions } = plan("Printer permision?");
    expect(corrected("Printer permision?", expansions, undefined)).toBe("Printer permission?");
    expect(corrected("all known", [], undefined)).toBe("all known");
  });

  it("keeps a word of the messages that the model knows, however rare it is", () => {
    const likely = [
      { word: "mouth", to: ["month"], isKnown: true },
      { word: "wirless", to: ["wireless"], isKnown: true },
    ];
    // One piece for a word that it knows, one for each letter of others, and two for the ends of the text.
    const countTokens = (text: string) => 2 + (text === "mouth" ? 1 : text.length);
    expect(corrected("wirless mouth", likely, { countTokens })).toBe("wireless mouth");
  });
});

describe("highlights", () => {
  it("cover words, inflections, prefixes and whole phrases", () => {
    const text = "Printers: the printer says permission denied, installing cups";
    const marked = (typed: string) =>
      marksIn(text, plan(typed)).map(({ start, end }) => text.slice(start, end));
    expect(marked("printer")).toEqual(["Printers", "printer"]);
    expect(marked('"permission denied"')).toEqual(["permission denied"]);
    expect(marked("inst*")).toEqual(["installing"]);
    expect(marked("nothing")).toEqual([]);
    expect(marked("says/permission")).toEqual(["says permission"]);
  });

  it("cover a quoted phrase that contains a compound", () => {
    const text = "edit /etc/apt/sources.list then go";
    const [mark] = marksIn(text, plan('"sources.list then"'));
    expect(text.slice(mark?.start, mark?.end)).toBe("sources.list then");
  });

  it("leave out words that nearly every message contains, unless there are no others or they are quoted", () => {
    const known = vocabularyOf({ the: 3000, for: 900, that: 900, printer: 900 });
    const text = "is that the printer for the office";
    const marked = (typed: string) =>
      marksIn(text, planTerms(parseQuestion(typed, 0), known)).map(({ start, end }) =>
        text.slice(start, end),
      );
    expect(marked("that printer for the")).toEqual(["that", "printer"]);
    expect(marked("the for")).toEqual(["the", "for", "the"]);
    expect(marked('printer "for the"')).toEqual(["printer", "for the"]);
    expect(marked("printer +the")).toEqual(["the", "printer", "the"]);
  });
});

describe("stems", () => {
  const index = vocabularyOf({
    try: 3,
    tries: 2,
    tried: 4,
    trial: 9,
    make: 5,
    makes: 1,
    making: 2,
    installation: 3,
    installs: 2,
    glass: 2,
    glas: 1,
    hauser: 2,
    haus: 7,
  });
  const formsOf = (term: string, language = "en") => [...sameStem(term, [language], index).keys()];

  it("unite inflections and derivations that the index contains, also where a letter is dropped", () => {
    expect(formsOf("try").toSorted()).toEqual(["tried", "tries"]);
    expect(formsOf("tries").toSorted()).toEqual(["tried", "try"]);
    expect(formsOf("making").toSorted()).toEqual(["make", "makes"]);
    expect(formsOf("make").toSorted()).toEqual(["makes", "making"]);
    expect(formsOf("install").toSorted()).toEqual(["installation", "installs"]);
  });

  it("are those of the language of the texts", () => {
    expect(formsOf("hauser", "de")).toEqual(["haus"]);
    expect(formsOf("hauser", "en")).toEqual([]);
    expect(stemOf("hauser", "ja")).toBe("hauser");
  });

  it("do not unite codes, numbers and short words", () => {
    for (const term of ["2008", "ls", "x86", "glass"]) expect(formsOf(term), term).toEqual([]);
  });
});

describe("the weight of meaning", () => {
  it("is small where the question is exact", () => {
    for (const typed of [
      '"as it stands"',
      "0x80070005",
      "libc6.so",
      "+must",
      "pref*",
      "/etc/fstab",
    ])
      expect(semanticShare(parseQuestion(typed, 0)), typed).toBeLessThan(0.45);
    expect(semanticShare(parseQuestion("how do I print on both sides", 0))).toBe(0.45);
  });
});

describe("a question of extreme size", () => {
  it("looks up a bounded number of terms, and likely spellings of only a few", () => {
    let asked = 0;
    const counting = {
      ...vocabulary,
      similarTerms: (...query: Parameters<Vocabulary["similarTerms"]>) => {
        asked++;
        return vocabulary.similarTerms(...query);
      },
    };
    const typos = Array.from(
      { length: 128 },
      (_, at) => `zzq${"abcdefghij"[at % 10]}x${"k".repeat(at % 13)}`,
    );
    const { query } = planTerms(parseQuestion(typos.join(" "), 0), counting);
    expect(query.should.length).toBeGreaterThan(100);
    expect(asked).toBeLessThanOrEqual(48);
    const han = planTerms(parseQuestion("漢字".repeat(200).concat(" ").repeat(9), 0), vocabulary);
    expect(han.query.should.length).toBeLessThanOrEqual(256);
  });

  it("compares the first words of a long phrase", () => {
    const { query } = plan(`"${"word ".repeat(300)}"`);
    expect(query.phrases).toHaveLength(1);
    expect(query.phrases[0]).toHaveLength(32);
  });

  it("does not look up likely spellings of strings that are no words", () => {
    const never = {
      ...vocabulary,
      similarTerms: () => {
        throw new Error("asked");
      },
    };
    expect(() => planTerms(parseQuestion("x".repeat(60), 0), never)).not.toThrow();
  });
});
