// @vitest-environment happy-dom
// Merging on the page of a conversation: likely ones, what it would do, and the way back.
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { aConversationPage, aSummary } from "../testing/answers.builders.ts";
import { giveSize } from "../testing/browser.builders.ts";
import { closeApp, openApp } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const mine = aSummary({ id: "cnv_a", source: "whatsapp", title: "Ben" });
const theirs = aSummary({ id: "cnv_b", source: "whatsapp", title: "Mum", messages: 15 });
const at = "/api/v1/collections/col_a";
const page = (conversation = mine) => aConversationPage({ conversation });
const merged = { id: "cnv_m", state: "merged", conversations: [mine, theirs] };
const preview = {
  messages: 16,
  conversations: [
    { conversation: mine, same: 0, only: 14, shifts: [], names: [] },
    {
      conversation: theirs,
      same: 13,
      only: 2,
      shifts: [{ minutes: 60, messages: 13 }],
      names: [{ name: "Mum", shown: "Anna" }],
    },
  ],
};
const button = { name: "Merge with another conversation that is the same chat" };

describe("merging conversations", () => {
  it("suggests, shows what it would do, and opens what comes of it", async () => {
    giveSize(900, 600);
    const app = openApp("/conversation/cnv_a", {
      "GET /api/v1/conversations/cnv_a": page(),
      "GET /api/v1/conversations/cnv_m": page(
        aSummary({ id: "cnv_m", title: "Ben", messages: 16 }),
      ),
      [`GET ${at}/merge-suggestions`]: {
        suggestions: [{ conversation: theirs, shared: 38, of: 40 }],
      },
      [`POST ${at}/merges/preview`]: preview,
      [`POST ${at}/merges`]: () => {
        app.answer(`GET ${at}/merges`, { merges: [merged] });
        return { id: "cnv_m", state: "asked" };
      },
    });
    fireEvent.click(await screen.findByRole("button", button));
    fireEvent.click(await screen.findByRole("button", { name: /Mum.*38 of 40 longer messages/ }));
    const dialog = await screen.findByRole("dialog", { name: "Merge these conversations?" });
    await within(dialog).findByText("13 messages the same, 2 only here");
    expect(dialog.textContent).toContain("Its clock is moved by +1 h (told by 13 messages).");
    expect(dialog.textContent).toContain("“Mum” is “Anna”.");
    expect(dialog.textContent).toContain("Together: 16 messages");
    fireEvent.click(within(dialog).getByRole("button", { name: "Merge" }));
    await screen.findByText(/Merged from “Ben” \(WhatsApp, 14 messages\) and “Mum”/);
    const sent = app.asked.find(({ request }) => request === `POST ${at}/merges`);
    expect(sent?.body).toEqual({ conversations: ["cnv_a", "cnv_b"] });
  });

  it("is undone after a question, and leads back to the first one", async () => {
    giveSize(900, 600);
    const app = openApp("/conversation/cnv_m", {
      "GET /api/v1/conversations/cnv_m": page(aSummary({ id: "cnv_m", title: "Ben" })),
      "GET /api/v1/conversations/cnv_a": page(),
      [`GET ${at}/merges`]: { merges: [merged] },
      [`DELETE ${at}/merges/cnv_m`]: () => {
        app.answer(`GET ${at}/merges`, { merges: [] });
        return { id: "cnv_m", state: "ending" };
      },
    });
    fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
    fireEvent.click(await screen.findByRole("button", { name: "Undo the merge" }));
    await screen.findByRole("button", button);
    expect(app.asked.map(({ request }) => request)).toContain("GET /api/v1/conversations/cnv_a");
    expect(screen.queryByText(/Merged from/)).toBeNull();
  });

  it("is not offered to those who may only read, nor for a chat with branches", async () => {
    giveSize(900, 600);
    openApp("/conversation/cnv_a", {
      "GET /api/v1/conversations/cnv_a": page(aSummary({ ...mine, tree: true })),
    });
    await screen.findByText("Is the relay new?");
    expect(screen.queryByRole("button", button)).toBeNull();
  });

  it("leads from a conversation that is part of a merged one to that one", async () => {
    giveSize(900, 600);
    const app = openApp("/conversation/cnv_b", {
      "GET /api/v1/conversations/cnv_b": page(aSummary({ id: "cnv_m", title: "Ben" })),
      "GET /api/v1/conversations/cnv_m": page(aSummary({ id: "cnv_m", title: "Ben" })),
      [`GET ${at}/merges`]: { merges: [merged] },
    });
    await screen.findByText(/Merged from/);
    expect(app.asked.map(({ request }) => request)).toContain("GET /api/v1/conversations/cnv_m");
  });
});
