// Searches as figures: days without a search have no share, places behind the tenth are one, and CSV has every row.
import { describe, expect, it } from "vitest";
import { printCsv } from "./figure-csv.ts";
import { changeText, searchFigures } from "./search-figures.ts";
import { type Searches, searches } from "./searches.ts";

const none = { searches: 0, empty: 0, slow: 0, p50: null, p95: null, opened: 0 };
const some = { searches: 8, empty: 2, slow: 1, p50: 20, p95: 2000, opened: 4 };

const given = (more: Partial<Searches> = {}): Searches =>
  searches.parse({
    days: [
      { day: "2026-03-02", ...some },
      { day: "2026-03-03", ...none },
    ],
    all: some,
    before: none,
    modes: [
      { mode: "lexical", ...some, searches: 3 },
      { mode: "hybrid", ...some, searches: 5 },
    ],
    places: [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    texts: null,
    ...more,
  });

const figure = (name: string, of = given()) => {
  const found = searchFigures(of).find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no figure ${name}.`);
  return found;
};

describe("searches as figures", () => {
  it("count every day, and have shares and times of days with a search only", () => {
    const day = Date.parse("2026-03-02");
    expect(figure("searches-by-day").rows).toEqual([
      [day, "Found something", 6],
      [day, "Found nothing", 2],
      [day + 86_400_000, "Found something", 0],
      [day + 86_400_000, "Found nothing", 0],
    ]);
    expect(figure("search-shares").rows).toEqual([
      [day, "Without a hit", 0.25],
      [day, "More than a second", 0.125],
    ]);
    expect(figure("search-times").rows.map(([, , ms]) => ms)).toEqual([20, 2000]);
  });

  it("say in a sentence what they show", () => {
    expect(figure("searches-by-day").says).toBe("25 % of 8 searches found nothing.");
    expect(figure("search-modes").says).toBe("63 % of 8 searches were by meaning and words.");
    expect(figure("opened-places").says).toBe("75 % of 4 opened hits were the first.");
    expect(figure("opened-places").rows.at(-1)).toEqual(["11 and later", 1]);
  });

  it("are empty with a reason where nothing was searched for", () => {
    const nothing = given({
      days: [{ day: "2026-03-02", ...none }],
      all: none,
      modes: [],
      places: [],
    });
    for (const one of searchFigures(nothing)) expect(one.empty).toMatch(/^Nothing was searched/u);
  });

  it("have texts only where they are kept, safe for spreadsheets as CSV", () => {
    const names = (of: Searches) => searchFigures(of).map(({ name }) => name);
    expect(names(given())).not.toContain("frequent-texts");
    const kept = given({
      texts: {
        frequent: [{ text: '=HYPERLINK("x")', searches: 4, empty: 1 }],
        empty: [],
        rising: [{ text: "ovens", searches: 9, before: 1 }],
        falling: [],
      },
    });
    expect(names(kept)).toEqual(expect.arrayContaining(["frequent-texts", "rising-texts"]));
    expect(printCsv(figure("frequent-texts", kept))).toBe(
      'Text,Searches,Without a hit\r\n"\'=HYPERLINK(""x"")",4,1\r\n',
    );
    expect(figure("rising-texts", kept).says).toBe("Most of all “ovens”: 9 after 1.");
    expect(figure("texts-without-hit", kept).empty).toBe("Every text found something.");
  });

  it("are compared in words with the days before", () => {
    expect(changeText(12, 10, 7)).toBe("20 % more than in the 7 days before");
    expect(changeText(5, 10, 30)).toBe("50 % fewer than in the 30 days before");
    expect(changeText(3, 3, 7)).toBe("as many as in the 7 days before");
    expect(changeText(3, 0, 7)).toBe("none in the 7 days before");
    expect(changeText(0, 0, 7)).toBe("none in the 7 days before either");
  });
});
