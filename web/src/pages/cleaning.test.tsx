// @vitest-environment happy-dom
// Cleaning in the settings of a collection, and what it comes to in a conversation.
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { noCleaning } from "#services/domain/cleaning.ts";
import { aConversationPage, aMessage } from "../testing/answers.builders.ts";
import { giveSize } from "../testing/browser.builders.ts";
import { closeApp, openApp } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const at = "/api/v1/collections/col_a/cleaning";
const settings = (given: object = {}) => ({
  [`GET ${at}`]: { rules: noCleaning, applying: null, found: [], ...given },
});

describe("cleaning in the settings", () => {
  it("counts what rules would do, and applies them", async () => {
    const app = openApp("/c/col_a/settings", settings());
    const section = within(await screen.findByRole("region", { name: "Cleaning" }));
    fireEvent.click(await section.findByRole("checkbox", { name: "Messages of bots" }));
    const email = within(section.getByRole("radiogroup", { name: "E-mail addresses" }));
    fireEvent.click(email.getByRole("radio", { name: "Mask" }));
    const rules = {
      leaveOut: { kinds: [], bots: true, quotes: false, code: false },
      found: { ...noCleaning.found, email: "mask" },
    };
    app.answer(`POST ${at}/preview`, {
      messages: 12_345,
      looked: 12_345,
      leftOut: [{ reason: "bots", messages: 100 }],
      partly: [{ reason: "code", messages: 134 }],
      found: [{ kind: "email", action: "mask", places: 12, messages: 9 }],
      names: [{ kind: "email", action: "mask", names: 3 }],
    });
    fireEvent.click(section.getByRole("button", { name: "Count" }));
    const said = await section.findByRole("region", { name: "What these rules do" });
    expect(
      within(said)
        .getAllByRole("listitem")
        .map((one) => one.textContent),
    ).toEqual([
      "Counted on all 12,345 messages.",
      "100 messages are left out of the index: messages of bots 100.",
      "Parts of messages are left out: code blocks 134.",
      "12 e-mail addresses in 9 messages masked.",
      "3 names of authors hold an e-mail address: masked there.",
    ]);
    app.answer(`PUT ${at}`, {
      rules,
      applying: { done: 12, of: 59 },
      found: [{ kind: "email", action: "mask", places: 1, messages: 1 }],
    });
    fireEvent.click(section.getByRole("button", { name: "Apply" }));
    await section.findByText("Applying: 12 of 59 conversations.");
    expect(app.bodies(`PUT ${at}`)).toEqual([rules]);
    await section.findByText("1 e-mail address in 1 message masked");
  });

  it("asks before messages are refused", async () => {
    const app = openApp("/c/col_a/settings", settings());
    const section = within(await screen.findByRole("region", { name: "Cleaning" }));
    const key = within(await section.findByRole("radiogroup", { name: "Private keys" }));
    fireEvent.click(key.getByRole("radio", { name: "Refuse" }));
    fireEvent.click(section.getByRole("button", { name: "Apply" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Refuse messages?" }));
    expect(app.bodies(`PUT ${at}`)).toEqual([]);
    const found = { ...noCleaning.found, key: "refuse" };
    const rules = { ...noCleaning, found };
    app.answer(`PUT ${at}`, { rules, applying: null, found: [] });
    fireEvent.click(dialog.getByRole("button", { name: "Apply" }));
    await section.findByRole("button", { name: "Apply again" });
    expect(app.bodies(`PUT ${at}`)).toEqual([rules]);
  });

  it("lists where something was found, with masked values and a link", async () => {
    openApp("/c/col_a/settings", {
      ...settings({ found: [{ kind: "token", action: "mark", places: 2, messages: 1 }] }),
      [`GET ${at}/findings`]: {
        findings: [
          {
            message: "msg_a",
            conversation: "cnv_a",
            title: "Ovens",
            author: "Mira",
            at: null,
            kind: "token",
            action: "mark",
            places: 2,
            shown: ["ghp_•••"],
          },
        ],
        nextCursor: null,
      },
    });
    fireEvent.click(await screen.findByRole("button", { name: "Show the messages" }));
    const link = await screen.findByRole("link", { name: "Ovens" });
    expect(link.getAttribute("href")).toBe("/conversation/cnv_a?at=msg_a&kinds=all");
    expect(screen.getByText("ghp_•••")).toBeTruthy();
    expect(screen.getByText("Mira · 2 passwords and tokens, marked")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Download CSV" }).getAttribute("href")).toContain(
      "/cleaning/report?format=csv",
    );
  });
});

describe("a conversation", () => {
  it("highlights what is marked, and says why a message was refused", async () => {
    const text = "write to mira@bakery.example today";
    giveSize(800, 600);
    openApp("/conversation/cnv_a", {
      "GET /api/v1/conversations/cnv_a": aConversationPage({
        messages: [
          aMessage({ text, marks: [{ kind: "email", start: 9, end: 28 }] }),
          aMessage({ id: "msg_b", text: "", refused: ["key", "email"] }),
        ],
        total: 2,
      }),
    });
    await screen.findByText("mira@bakery.example");
    expect(document.querySelector("mark")?.textContent).toBe("mira@bakery.example");
    expect(
      screen.getByText(
        "Refused: it holds a private key and an e-mail address. Nothing else of it is kept.",
      ),
    ).toBeTruthy();
  });
});
