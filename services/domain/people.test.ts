// Tests of people: which names are whose, who is a bot, and who is "me".
import { describe, expect, it } from "vitest";
import { openPeople, ownPeople } from "./people.ts";

const said = (source: string, name: string, shown: string | null, bot: boolean | null = null) => ({
  source,
  name,
  shown,
  bot,
});

describe("a guessed bot", () => {
  it("is one in each source, also where its name is split within one", () => {
    const people = openPeople([said("irc", "feed", "feed (IRC)")], ["feed"]);
    expect(people.botOf("feed (IRC)")).toEqual({ bot: true, isGuess: true });
    expect([...people.bots].sort()).toEqual(["feed", "feed (IRC)"]);
    const marked = openPeople([said("irc", "feed", "feed (IRC)", false)], ["feed"]);
    expect(marked.bots).toEqual(["feed"]);
    expect(marked.notBots).toEqual(["feed (IRC)"]);
  });
});

describe("“me”", () => {
  const told = [{ source: "signal", name: "mira" }];

  it("is whom the exports tell, until somebody says otherwise of that person", () => {
    const together = openPeople([], []);
    const not = [{ source: "", name: "mira", mine: false }];
    expect(ownPeople(together, [], told)).toEqual(["mira"]);
    expect(ownPeople(together, not, told)).toEqual([]);
    // Somebody else is called so in that source: of them nothing was said.
    const apart = openPeople([said("signal", "mira", "mira (Signal)")], []);
    expect(ownPeople(apart, not, told)).toEqual(["mira (Signal)"]);
  });
});
