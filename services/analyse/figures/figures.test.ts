// Tests of the figures: what each counts, what its rows open, and what it says where there is nothing.
import { describe, expect, it } from "vitest";
import { figure as contractFigure, figureName } from "#services/contract/figures.ts";
import { aFrame, someTopics } from "../frame.builders.ts";
import { selectMessages } from "../select.ts";
import { figureNames } from "./figure.ts";
import { figuresOf } from "./figures.ts";
import { openView } from "./view.ts";

describe("the figures", () => {
  it("are those of the contract", () => {
    expect([...figureNames]).toEqual(figureName.options);
  });

  it("say why there is nothing, of a frame without messages", () => {
    const none = aFrame([]);
    const view = openView(none, someTopics(0), { mask: new Uint8Array(0), zone: "UTC" });
    for (const one of figuresOf(view, figureNames)) {
      expect(one.rows, one.name).toEqual([]);
      expect(one.empty, one.name).not.toBeNull();
      expect(() => contractFigure.parse(one)).not.toThrow();
    }
  });

  it("name the selection that opens exactly the messages behind each datum of the volume", () => {
    const hours = [0, 1, 1, 30, 31, 200];
    const frame = aFrame(
      hours.map((hour) => ({ at: Date.UTC(2024, 2, 28) + hour * 3_600_000, author: `a${hour}` })),
    );
    const mask = selectMessages(frame, [], {}, { zone: "Europe/Berlin" });
    const [made] = figuresOf(openView(frame, [], { mask, zone: "Europe/Berlin", step: "day" }), [
      "volume",
    ]);
    expect(made?.rows.map((row) => row[1])).toEqual([3, 2, 0, 0, 0, 0, 0, 0, 1]);
    for (const [place, row] of (made?.rows ?? []).entries()) {
      const opens = made?.selections[place] ?? null;
      if (opens === null) expect(row[1]).toBe(0);
      else {
        const inside = selectMessages(frame, [], opens, { zone: "Europe/Berlin" });
        expect(inside.reduce((sum, byte) => sum + byte, 0)).toBe(row[1]);
      }
    }
    expect(made?.says).toContain("28 March 2024");
  });
});
