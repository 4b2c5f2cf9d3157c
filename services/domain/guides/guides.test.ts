// The guides: one to each format, complete, found by words, with what an import of a newer export does.
import { describe, expect, it } from "vitest";
import { sourceKinds } from "../conversation.ts";
import { againText, formatFamilies } from "./guide.ts";
import { byFamily, guides, guidesWith, guideTo } from "./guides.ts";

describe("the guides", () => {
  it("are one to each format that comes as a file, families together", () => {
    const files = sourceKinds.filter((source) => source !== "live");
    expect(guides.map(({ source }) => source).toSorted()).toEqual(files.toSorted());
    const families = guides.map(({ family }) => family);
    expect(families).toEqual(formatFamilies.flatMap((one) => families.filter((it) => it === one)));
  });

  it.each(guides)("say of $source how to get it, what is kept and what is not", (guide) => {
    const { steps, kept, missing } = guide;
    const sentences = [...steps, ...Object.values(kept), ...missing, againText(guide)];
    expect([steps.length, Object.keys(kept).length, missing.length].every(Boolean)).toBe(true);
    expect(Object.keys(kept)).toEqual(expect.arrayContaining(["conversations", "authors"]));
    // A step may end with a command or an address.
    for (const text of sentences) expect(text).toMatch(/^[\p{Lu}“]|^irssi/u);
    for (const text of [...Object.values(kept), ...missing]) expect(text).toMatch(/\.$/u);
  });

  it("are found by words of their names, files and steps", () => {
    expect(guidesWith("whats").map(({ source }) => source)).toEqual(["whatsapp"]);
    expect(guidesWith("TAKEOUT chat").map(({ source }) => source)).toContain("google-chat");
    expect(guidesWith("nothing like it")).toEqual([]);
    expect(guidesWith(" ")).toHaveLength(guides.length);
    expect(byFamily(guidesWith("slackdump")).map(([family]) => family)).toEqual(["Work"]);
    expect(guideTo("constructor")).toBeUndefined();
  });

  it("say what becomes of what a newer export lacks", () => {
    const of = (source: string) => guides.filter((guide) => guide.source === source).map(againText);
    expect(of("chatgpt")[0]).toMatch(/marked as gone/);
    expect(of("slack")[0]).toMatch(/of the days that it covers/);
    expect(of("whatsapp")[0]).toMatch(/name of the chat.*stays as it is/);
  });
});
