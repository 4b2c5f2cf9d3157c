// @vitest-environment happy-dom
// The countdown of the notice that a busy server is tried again.
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { BusyNotice } from "./busy-notice.tsx";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("the notice of a busy server", () => {
  it("counts down to the next try, and is read out without the seconds", () => {
    vi.useFakeTimers();
    render(<BusyNotice retry={2} waitMs={4_000} />);
    const notice = screen.getByRole("status");
    expect(notice.textContent).toBe("The server is busy, trying again in 4 s. Try 2 of 3.");
    act(() => vi.advanceTimersByTime(1_250));
    expect(notice.textContent).toContain("in 3 s");
    act(() => vi.advanceTimersByTime(9_000));
    expect(notice.textContent).toContain("trying again now.");
    expect(notice.querySelector('[aria-hidden="true"]:not(svg)')?.textContent).toBe(" now");
  });
});
