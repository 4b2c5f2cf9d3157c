// Tests of new passwords: which are refused, why, and what is said.
import { describe, expect, it } from "vitest";
import { checkNewPassword } from "./new-password.ts";

const ada = {
  names: ["Ada Lovelace", "ada.lovelace@analytical-engines.example", "Analytical Engines"],
  hasSecondFactor: false,
};
const withFactor = { ...ada, hasSecondFactor: true };
const reasonFor = (password: string, owner = ada): string => {
  try {
    checkNewPassword(password, owner);
    return "accepted";
  } catch (error) {
    expect(error).toMatchObject({ kind: "rejected", code: "weak-password", hint: /./ });
    return String((error as { data: { reason: string } }).data.reason);
  }
};

describe("a new password", () => {
  it("is accepted where it is long, whatever it is made of", () => {
    for (const good of [
      "violet anchors drift past noon",
      "correcthorsestaplebattery?",
      "umbrella ohne dach im mai",
      "kSl2-mmq0-Zx7p-Qw1",
      "ada hums beside the river",
      "лиловый якорь плывёт",
      "紫の錨が正午の港を静かに漂っていく",
    ])
      expect(reasonFor(good), good).toBe("accepted");
  });

  it("has 15 characters, or 12 beside a second factor, counted as people count", () => {
    expect(reasonFor("violet anchors")).toBe("short");
    expect(reasonFor("violet anchors!")).toBe("accepted");
    expect(reasonFor("violet ancho", withFactor)).toBe("accepted");
    expect(reasonFor("violet anch", withFactor)).toBe("short");
    expect(reasonFor("🦊🐢🦉🐝🦋🐙🦜")).toBe("short");
    expect(() => checkNewPassword("short", ada)).toThrow("5 of at least 15 characters");
  });

  it("has 256 bytes at most", () => {
    expect(reasonFor("violet anchors ".repeat(20))).toBe("long");
    expect(reasonFor("\ufdfa".repeat(40))).toBe("long");
  });

  it("is none of those that attackers try first", () => {
    for (const common of [
      "1qaz2wsx3edc4rfv",
      "1Qaz2Wsx3Edc4Rfv",
      "q1w2e3r4t5y6u7i8",
      "unbelievable2024!",
      "123456789987654321",
    ])
      expect(reasonFor(common), common).toBe("common");
    expect(reasonFor("chickenwing101", withFactor)).toBe("common");
  });

  it("is not mostly names, repetitions or sequences", () => {
    for (const guessable of [
      "Ada.Lovelace-2024",
      "ÀdaLovelaceAda99",
      "parlance-parlance-1",
      "Analytical Engines 1",
      "PasswordPassword1!",
      "aaaaaaaaaaaaaaaaaa",
      "abcdefghijklmnopqrs",
      "xkcdxkcdxkcdxkcdxk",
      "qwertyuiopasdfghjk",
      "0987654321098765432",
      "!!!!!!parlance!!!!!!",
      "                    ",
    ])
      expect(["guessable", "common"], guessable).toContain(reasonFor(guessable));
  });
});
