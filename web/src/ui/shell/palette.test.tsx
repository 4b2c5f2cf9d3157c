// @vitest-environment happy-dom
// The command palette: where its first line searches.
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { aConversationPage } from "../../testing/answers.builders.ts";
import { closeApp, openApp } from "../../testing/web-app.builders.tsx";
import { paletteStore } from "./palette-store.ts";

afterEach(() => {
  act(() => paletteStore.close());
  closeApp();
});

const open = async (address: string, typed: string) => {
  const app = openApp(address, {
    "GET /api/v1/conversations/cnv_a": aConversationPage(),
    "GET /api/v1/collections/col_a/conversations": {
      conversations: [],
      nextCursor: null,
      total: 0,
      empty: 0,
    },
  });
  await screen.findByRole("heading", { level: 1 });
  act(() => paletteStore.open());
  const field = await screen.findByPlaceholderText("Search, or go to a page");
  fireEvent.change(field, { target: { value: typed } });
  return { app, field };
};
const searches = async () =>
  (await screen.findAllByRole("button", { name: /^Search (in|all)/ })).map(
    (one) => one.textContent,
  );

describe("the command palette", () => {
  it.each(["/c/col_a/conversations", "/conversation/cnv_a"])(
    "searches the open collection first at %s, then everywhere",
    async (address) => {
      const { app, field } = await open(address, "oven");
      expect(await searches()).toEqual([
        "Search in Bakery for “oven”",
        "Search all collections for “oven”",
      ]);
      fireEvent.keyDown(field, { key: "Enter", code: "Enter" });
      await waitFor(() => expect(app.router.state.location.pathname).toBe("/c/col_a/search"));
      expect(app.router.state.location.search).toEqual({ q: "oven" });
    },
  );

  it("searches everywhere on a page of no collection", async () => {
    await open("/alerts", "oven");
    expect(await searches()).toEqual(["Search all collections for “oven”"]);
  });
});
