// @vitest-environment happy-dom
// The edges of a box that scrolls sideways fade where there is more to see.
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ScrollBox } from "./scroll-box.tsx";

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

/** A box 300 pixels wide, with content of this width. */
const open = (contentWidth: number): HTMLElement => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(300);
  vi.spyOn(HTMLElement.prototype, "scrollWidth", "get").mockReturnValue(contentWidth);
  render(
    <ScrollBox label="Versions" minWidth={contentWidth}>
      rows
    </ScrollBox>,
  );
  return screen.getByRole("region", { name: "Versions" });
};

describe("a box that scrolls sideways", () => {
  it("fades at the edge beyond which there is more", () => {
    const box = open(760);
    const fadesAfter = (scrollLeft: number) => {
      box.scrollLeft = scrollLeft;
      fireEvent.scroll(box);
      return box.dataset["more"];
    };
    expect(box.dataset["more"]).toBe("right");
    expect(fadesAfter(200)).toBe("both");
    expect(fadesAfter(460)).toBe("left");
    expect(fadesAfter(0)).toBe("right");
  });

  it("fades nowhere where all of it is seen", () => {
    expect(open(300).dataset["more"]).toBeUndefined();
  });
});
