// @vitest-environment happy-dom
// Files dropped into a new collection: it is not kept where every file is refused.
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { allTransfers } from "../api/transfers.ts";
import { aCollection, anUpload } from "../testing/answers.builders.ts";
import { giveTransfers } from "../testing/browser.builders.ts";
import { closeApp, openApp } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const picture = new File([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)], "cat.png");
const log = new File(["hello"], "notes.txt");

const open = (messages = 0) =>
  openApp("/", {
    "GET /api/v1/collections": { collections: [] },
    "POST /api/v1/collections": aCollection({ name: "cat", messages: 0 }),
    "GET /api/v1/collections/col_a": aCollection({ name: "cat", messages }),
    "DELETE /api/v1/collections/col_a": new Response(null, { status: 204 }),
  });
const drop = async (files: readonly File[]) => {
  fireEvent.change(await screen.findByLabelText("Choose chat exports to import"), {
    target: { files },
  });
};
const refusal = () => screen.findByRole("dialog", { name: "Nothing was imported" });

describe("a new collection", () => {
  it("is not kept where every file is refused, and the person is told why", async () => {
    const { asked, router } = open();
    await drop([picture]);
    const said = await refusal();
    expect(said.textContent).toContain('cat.png: "cat.png" is a PNG picture, not a chat log.');
    expect(said.textContent).toContain("The new collection “cat.png” was not kept");
    expect(asked.map(({ request }) => request)).toContain("DELETE /api/v1/collections/col_a");
    expect(router.state.location.pathname).toBe("/");
    fireEvent.click(within(said).getByText("Close"));
    await expect.poll(() => allTransfers()).toEqual([]);
  });

  it("is kept where somebody put messages into it meanwhile", async () => {
    const { asked } = open(3);
    await drop([picture]);
    const said = await refusal();
    expect(said.textContent).not.toContain("was not kept");
    expect(asked.map(({ request }) => request)).not.toContain("DELETE /api/v1/collections/col_a");
  });

  it("is kept where one file is read", async () => {
    const { asked, router, answer } = open();
    const done = anUpload({ filename: "notes.txt" });
    answer("GET /api/v1/collections/col_a/uploads", { uploads: [done], nextCursor: null });
    giveTransfers(() => ({ status: 202, body: done }));
    await drop([picture, log]);
    await screen.findByRole("article", { name: "notes.txt" });
    expect(router.state.location.pathname).toBe("/c/col_a/uploads");
    expect(asked.map(({ request }) => request)).not.toContain("DELETE /api/v1/collections/col_a");
  });
});
