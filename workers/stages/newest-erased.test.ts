// Tests of erasing one of several exports of a conversation: what the others say is shown, and counted, as if it had never come.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chatgpt,
  claude,
  type Kitchen,
  newer,
  older,
  openKitchen,
  plumJam,
  root,
} from "./exports.builders.ts";

let kitchen: Kitchen;
beforeEach(async () => {
  kitchen = await openKitchen();
});
afterEach(() => kitchen.close());

describe("erasing one of two exports of a conversation", () => {
  it("leaves what the older export had when the newer one is erased", async () => {
    await kitchen.bring(older);
    await kitchen.erase(await kitchen.bring(newer));
    expect(await kitchen.thread()).toEqual({
      title: "Jam",
      messages: 4,
      shown: ["recipe for plum jam", "use two kilos", "and sugar?", "one kilo"],
      gone: [],
    });
  });

  it("keeps what the newer export has when the older one is erased", async () => {
    await kitchen.bring(newer);
    await kitchen.erase(await kitchen.bring(older));
    expect(await kitchen.thread()).toEqual({ ...plumJam, messages: 5, gone: [] });
  });

  const jam = [
    ["a", "", "user", "recipe for plum jam"],
    ["b", "a", "assistant", "use two kilos"],
    ["c", "b", "user", "and sugar?"],
    ["d", "c", "assistant", "one kilo"],
  ];
  const whole = { title: "Jam", messages: 4, shown: jam.map(([, , , text]) => text), gone: [] };

  it("counts again what a shorter branch of the newer one had hidden", async () => {
    await kitchen.bring(chatgpt("Jam", 1767261700, "d", jam));
    const other = ["x", "a", "assistant", "ask your grandmother"];
    await kitchen.erase(await kitchen.bring(chatgpt("Jam", 1767261900, "x", [...jam, other])));
    expect(await kitchen.thread()).toEqual(whole);
  });

  it("counts again what the newer one lacked", async () => {
    await kitchen.bring(chatgpt("Jam", 1767261700, "d", jam));
    await kitchen.erase(await kitchen.bring(chatgpt("Jam", 1767261900, "b", jam.slice(0, 2))));
    expect(await kitchen.thread()).toEqual(whole);
  });

  const bread = ["how long does it rise?", "two hours", "and in the cold?", "a night"];
  const said = (count: number, tree: boolean) =>
    bread
      .slice(0, count)
      .map((text, nth) => [
        `m${nth}`,
        tree ? (nth === 0 ? root : `m${nth - 1}`) : "",
        nth % 2 === 0 ? "human" : "assistant",
        text,
      ]);
  const short = { title: "Bread", messages: 2, shown: bread.slice(0, 2), gone: [] };

  it("shows an older export that knows no branches", async () => {
    await kitchen.bring(claude("Bread", "2026-01-01T11:00:00Z", said(2, false)));
    await kitchen.erase(
      await kitchen.bring(claude("Bread", "2026-01-02T11:00:00Z", said(4, true))),
    );
    expect(await kitchen.thread()).toEqual(short);
  });

  it("shows an older export of which the end of its main path is not known", async () => {
    await kitchen.bring(claude("Bread", "2026-01-01T11:00:00Z", said(2, true)));
    const id = await kitchen.bring(claude("Bread", "2026-01-02T11:00:00Z", said(4, true)));
    // As homes are that were made before it was kept.
    const { rows } = kitchen.parlance.store;
    await rows.updateTable("conversations").set({ leaf_id: null }).execute();
    await rows.updateTable("conversation_origins").set({ leaf_id: null }).execute();
    await kitchen.erase(id);
    expect(await kitchen.thread()).toEqual(short);
  });
});
