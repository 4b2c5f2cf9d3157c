// Cleaning rules as text: read, written, and refused where they say nothing.
import { describe, expect, it } from "vitest";
import { type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import { rulesOfText, textOfRules } from "./cleaning-text.ts";

const some: CleaningRules = {
  leaveOut: { kinds: ["tool"], bots: true, quotes: false, code: true },
  found: { ...noCleaning.found, email: "mask", token: "refuse" },
};

describe("rules as text", () => {
  it("change what they name, and leave the rest", () => {
    expect(rulesOfText("email=mask, token=refuse,leave-out=tool+bots+code", noCleaning)).toEqual(
      some,
    );
    expect(rulesOfText("leave-out=none", some)).toEqual({
      ...some,
      leaveOut: noCleaning.leaveOut,
    });
  });

  it("are written as they are read", () => {
    expect(textOfRules(some)).toBe(
      "leave-out=tool+bots+code,email=mask,phone=keep,card=keep,iban=keep,key=keep,token=refuse",
    );
    for (const rules of [some, noCleaning])
      expect(rulesOfText(textOfRules(rules), noCleaning)).toEqual(rules);
  });

  it.each(["", "email", "email=hide", "name=mask", "leave-out=everything", "email=mask=mark"])(
    "are refused as %j",
    (text) => expect(() => rulesOfText(text, noCleaning)).toThrow("The rules cannot be read"),
  );
});
