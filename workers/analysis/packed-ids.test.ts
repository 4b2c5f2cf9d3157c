// Packed ids: numbered as they come, found again, and not confused with each other.
import { describe, expect, it } from "vitest";
import { PackedIds } from "./packed-ids.ts";

describe("packed ids", () => {
  it("are numbered in the order in which they are added, once each", () => {
    const ids = new PackedIds();
    const all = Array.from(
      { length: 20_000 },
      (_, at) => `chk_${(at * 7919).toString(36)}.${at % 3}`,
    );
    expect(all.map((id) => ids.add(id))).toEqual([...all.keys()]);
    expect(all.map((id) => ids.add(id))).toEqual([...all.keys()]);
    expect(ids.size).toBe(all.length);
    expect(all.map((id) => ids.find(id))).toEqual([...all.keys()]);
    expect(all.map((_, at) => ids.at(at))).toEqual(all);
  });

  it("are not found where they were not added, also where one begins as another", () => {
    const ids = new PackedIds();
    ids.add("msg_ab");
    expect([ids.find("msg_a"), ids.find("msg_abc"), ids.find("")]).toEqual([-1, -1, -1]);
    expect(ids.at(5)).toBe("");
  });
});
