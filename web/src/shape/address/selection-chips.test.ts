// Chips and phrases for a selection, and for the filters of the search page.
import { describe, expect, it } from "vitest";
import { searchChips, selectionChips, selectionWords, timeWords } from "./selection-chips.ts";

const names = { topic: () => "Grub", label: () => undefined, concept: () => undefined };

describe("chips of a selection", () => {
  it("are one for each value, and one with a number for many values of a field", () => {
    const chips = selectionChips(
      { topic: ["top_a"], author: ["mira", "tom"], hour: [1, 2, 3, 4, 5] },
      names,
    );
    expect(chips.map((chip) => chip.label)).toEqual([
      "Grub",
      "from mira",
      "from tom",
      "5 hours of the day",
    ]);
    expect(chips[1]?.off).toEqual({ author: ["tom"] });
    expect(chips[3]?.off).toEqual({ hour: undefined });
  });

  it("name “no topic”, an unknown topic, a missing language and an area", () => {
    const unnamed = { ...names, topic: () => undefined };
    const chips = selectionChips(
      { topic: ["none", "top_old"], lang: [null], area: "0.0.a.0.a.a" },
      unnamed,
    );
    expect(chips.map((chip) => chip.label)).toEqual([
      "No topic",
      "Unknown topic",
      "Too short to tell",
      "Area on the map",
    ]);
    expect(chips[2]?.off).toEqual({ lang: undefined });
  });

  it("are none for everything", () => {
    expect(selectionChips({}, names)).toEqual([]);
  });
});

describe("a selection as a phrase", () => {
  it("joins its parts", () => {
    expect(selectionWords({}, names)).toBe("All messages");
    expect(selectionWords({ author: ["mira"] }, names)).toBe("From mira");
    expect(selectionWords({ role: ["user"], weekday: [1] }, names)).toBe("User, Monday");
    expect(selectionWords({ not: true, topic: ["top_a"] }, names)).toBe("All messages except Grub");
    expect(selectionWords({ v: 2 }, names)).toBe("In version 2");
    expect(selectionWords({ v: 2, not: true }, names)).toBe(
      "All messages that were not in version 2",
    );
  });

  it("names one day once", () => {
    const day = new Date(2024, 2, 3).getTime();
    expect(timeWords({ after: day, before: day + 86_400_000 })).toBe("3 Mar 2024");
    expect(timeWords({ after: day })).toBe("since 3 Mar 2024");
    expect(timeWords({ before: day })).toBe("until 2 Mar 2024");
    expect(timeWords({})).toBeUndefined();
  });
});

describe("chips of the search page", () => {
  it("have the version, the kinds and the similar message beside the filters", () => {
    const chips = searchChips(
      { q: "boot", like: "chk_1", v: "before-merge", kind: ["tool"], author: ["mira"] },
      names.topic,
    );
    expect(chips.map((chip) => chip.label)).toEqual([
      "Similar to one message",
      "Version before-merge",
      "from mira",
      "Tool calls",
    ]);
    expect(chips[3]?.off).toEqual({ kind: undefined });
  });
});
