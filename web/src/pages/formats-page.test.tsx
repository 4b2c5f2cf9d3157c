// @vitest-environment happy-dom
// The pages of formats: the list that can be searched, and the guide to one, for those who may import and for others.
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { guides } from "#services/domain/guides/guides.ts";
import { closeApp, openApp } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const names = () => screen.queryAllByRole("term").map((one) => one.textContent);

describe("the page of formats", () => {
  it("lists all by family, each with a link to its guide", async () => {
    openApp("/formats", {});
    await screen.findByRole("heading", { level: 1, name: "Formats" });
    expect(names()).toEqual(guides.map(({ name }) => name));
    const link = screen.getByRole("link", { name: "WhatsApp chat" });
    expect(link.getAttribute("href")).toBe("/formats/whatsapp");
    expect(screen.getByRole("heading", { level: 2, name: "Coding agents" })).toBeTruthy();
  });

  it("finds a format by words, which stand in the address, and says where there is none", async () => {
    openApp("/formats?q=takeout", {});
    const field = await screen.findByLabelText("Find a format");
    expect(names()).toEqual(["Gemini activity", "Google Chat", "Mail"]);
    fireEvent.change(field, { target: { value: "zzyzx" } });
    await screen.findByText("No format is found by these words");
    fireEvent.click(screen.getByRole("button", { name: "Show all formats" }));
    await screen.findByRole("link", { name: "IRC logs" });
  });
});

describe("the guide to a format", () => {
  it("says how to get it, what is kept and not, and what a newer export does", async () => {
    openApp("/formats/line", {});
    await screen.findByRole("heading", { level: 1, name: "LINE chat" });
    const part = (name: string) => within(screen.getByRole("region", { name }));
    expect(part("How to get the export").getAllByRole("listitem").length).toBeGreaterThan(0);
    expect(part("How to get the export").getByText(/^Import: the \.txt/)).toBeTruthy();
    expect(part("What is kept").getByText("Times", { selector: "dt" })).toBeTruthy();
    expect(part("What is not").getByText(/Replies, reactions, edits and ids/)).toBeTruthy();
    expect(part("When it is imported again").getByText(/name in its first line/)).toBeTruthy();
    expect(screen.getByText(/^No file of this program was at hand/)).toBeTruthy();
    expect(screen.getByLabelText("Choose chat exports to import")).toBeTruthy();
  });

  it("leads back to the list, also from a format that there is not", async () => {
    openApp("/formats/constructor", {});
    await screen.findByText("There is no such format");
    fireEvent.click(screen.getByRole("link", { name: "All formats" }));
    await screen.findByRole("heading", { level: 1, name: "Formats" });
  });
});
