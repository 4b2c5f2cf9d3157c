// Tests of titles: people's own phrases before keywords, no two alike, a title for every topic.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Keyword } from "./keywords.ts";
import { titleOf } from "./title.ts";

const keyword = (term: string, weight: number, share = 0.3): Keyword => ({
  term,
  words: term.toLowerCase().split(" "),
  weight,
  texts: 10,
  share,
  noun: true,
});
const titled = (
  keywords: readonly Keyword[],
  texts: readonly string[] = [],
  taken: readonly string[] = [],
) => titleOf({ keywords, texts, taken, language: "en" });

describe("titleOf", () => {
  it("takes a piece of people's own sentences where several texts contain it", () => {
    const texts = [
      "can I book a table there?",
      "please book a table for two",
      "Book a table, thanks",
    ];
    expect(titled([keyword("table", 1), keyword("book", 0.8)], texts)).toBe("Booking a table");
  });

  it('replaces "my" and "your" by an article', () => {
    const texts = ["how do I change my oil", "I want to change my oil", "change my oil"];
    expect(titled([keyword("oil", 1), keyword("change", 0.7)], texts)).toBe("Changing the oil");
    const past = ["I lost my luggage", "they lost my luggage"];
    expect(titled([keyword("luggage", 1), keyword("lost", 0.6)], past)).toBe("Lost the luggage");
  });

  it("joins two keywords where no sentence contains both", () => {
    expect(titled([keyword("wireless card", 1), keyword("ndiswrapper", 0.6)])).toBe(
      "Wireless card & ndiswrapper",
    );
  });

  it("leaves out a second keyword that is weak or repeats the first", () => {
    expect(titled([keyword("sound", 1), keyword("laptop", 0.1)])).toBe("Sound");
    expect(titled([keyword("install", 1), keyword("installing", 0.9)])).toBe("Install");
  });

  it("keeps the case of names and identifiers", () => {
    expect(titled([keyword("GNOME", 1), keyword("KDE", 0.8)])).toBe("GNOME & KDE");
    expect(titled([keyword("fglrx", 1)])).toBe("fglrx");
    expect(titled([keyword("xorg.conf", 1)])).toBe("xorg.conf");
    const texts = ["flight with american airlines", "a flight with american airlines"];
    const keywords = [keyword("American Airlines", 1), keyword("flight", 0.9)];
    expect(titled(keywords, texts)).toContain("American Airlines");
  });

  it("is made of the names of things where there are any", () => {
    const verb = { ...keyword("incorporate", 1), noun: false };
    expect(titled([verb, keyword("recipe", 0.7)])).toBe("Recipe");
    expect(titled([verb])).toBe("Incorporate");
  });

  it("may share words with the titles of the topics below", () => {
    const keywords = [keyword("milk", 1), keyword("foam", 0.7)];
    const below = ["Milk & sugar"];
    const asked = { keywords, texts: [], taken: below, language: "en" };
    expect(titleOf(asked)).toBe("Foam");
    expect(titleOf({ ...asked, below })).toBe("Milk & foam");
  });

  it("shares no word with other titles where another keyword is nearly as good", () => {
    const keywords = [keyword("milk", 1), keyword("oat milk", 0.8), keyword("foam", 0.7)];
    expect(titled(keywords, [], ["Milk & sugar"])).toBe("Foam");
    expect(titled([keyword("tea", 1), keyword("sugar", 0.9)], [], ["Milk & sugar"])).toBe("Tea");
  });

  it("gives a topic without keywords its most typical text, cut between words", () => {
    expect(titled([], ["good bye then"])).toBe("Good bye then");
    const long = titled([], ["one two three four five six seven eight nine ten eleven twelve"]);
    expect(long).toMatch(/^One two .*\w…$/);
    expect(long.length).toBeLessThanOrEqual(48);
    expect(titled([], [])).toBe("Without words");
  });

  it("never gives two topics the same title", () => {
    const terms = fc.constantFrom("order", "coffee bar", "milk", "send", "oat milk");
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(terms, { maxLength: 4 }), { maxLength: 12 }),
        (topics) => {
          const taken: string[] = [];
          for (const topic of topics) {
            const keywords = topic.map((term, at) => keyword(term, 1 / (at + 1)));
            const title = titled(keywords, [], taken);
            expect(title).not.toBe("");
            expect(taken.map((one) => one.toLowerCase())).not.toContain(title.toLowerCase());
            taken.push(title);
          }
        },
      ),
    );
  });
});
