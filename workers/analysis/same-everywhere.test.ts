// Two homes with the same upload have the same topics, though their ids and so the order of their rows differ.
import { expect, it } from "vitest";
import { anAnalysedHome, asChats, type Theme, talkOf } from "../analysis.builders.ts";

const text = (["bees", "bread", "boats", "stars"] satisfies Theme[])
  .map((theme) => asChats(theme, talkOf(theme, 30)))
  .join("");

/** Ids are random names in life; here they are counted from another letter in each home. */
const topicsOfAHome = async (letter: string) => {
  let made = 0;
  const newId = () => `${letter}${String(++made).padStart(15, "0")}`;
  const home = await anAnalysedHome({ overrides: { newId } });
  try {
    await home.bring("a.jsonl", text);
    const topics = await home.topics();
    return {
      ids: topics.map(({ id }) => id),
      topics: topics.map(({ title, points, keywords }) => ({
        title,
        points,
        keywords: keywords.map(({ term }) => term),
      })),
    };
  } finally {
    await home.close();
  }
};

it("finds and names topics by what is said, and not by ids", async () => {
  const [one, other] = [await topicsOfAHome("a"), await topicsOfAHome("z")];
  expect(one.ids).not.toEqual(other.ids);
  expect(one.topics.length).toBeGreaterThanOrEqual(4);
  expect(other.topics).toEqual(one.topics);
});
