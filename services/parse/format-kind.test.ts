// What a format is told by.
import { expect, it } from "vitest";
import { kindOf } from "./format-kind.ts";

it.each(["line", "kakaotalk", "cursor", "irc", "whatsapp"] as const)(
  "%s is told by the layout of its lines",
  (source) => {
    expect(kindOf(source, { path: "a.txt", head: "" }).toldBy).toBe("layout");
  },
);

it("chats as records are told by their fields", () => {
  expect(kindOf("skype", { path: "a.json", head: "{" }).toldBy).toBe("structure");
});
