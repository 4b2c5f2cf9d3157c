// @vitest-environment happy-dom
// The page of words: all of the glossary, in its groups, reached from the palette.
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { glossary } from "#services/contract/glossary.ts";
import { closeApp, openApp } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

describe("the page of words", () => {
  it("shows each word of the glossary with its meaning and its other names", async () => {
    openApp("/words", {});
    await screen.findByRole("heading", { level: 1, name: "Words" });
    for (const { title, entries } of glossary) {
      const group = within(screen.getByRole("region", { name: title }));
      for (const { word, means, also } of entries) {
        const row = group.getByText(word, { selector: "dt" }).parentElement;
        expect(row?.textContent).toContain(means);
        if (also !== undefined) expect(row?.textContent).toContain(`Also: ${also.join(", ")}`);
      }
    }
  });

  it("is found in the palette by “glossary”", async () => {
    openApp("/status", {});
    fireEvent.click(await screen.findByText("Search or go to"));
    fireEvent.change(await screen.findByPlaceholderText(/Search/), {
      target: { value: "glossary" },
    });
    fireEvent.click(await screen.findByText("Words (glossary)"));
    await screen.findByRole("heading", { level: 1, name: "Words" });
  });
});
