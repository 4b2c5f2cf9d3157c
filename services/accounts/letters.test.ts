// Tests of letters: what stands in them, and that names cannot bring anything else in.
import { describe, expect, it } from "vitest";
import type { EnglishForm } from "#services/domain/english.ts";
import { millis } from "#services/domain/units.ts";
import {
  alreadyRegisteredLetter,
  changedLetter,
  invitationLetter,
  plainName,
  resetLetter,
  usedElsewhereLetter,
  verificationLetter,
} from "./letters.ts";

const to = "ada@example.org";
const reader = { to, form: "en-GB", zone: null } as const;
const link = "https://talk.example.org/invitation#token=abc&x=1";

describe("a letter", () => {
  it("says the same as plain text and as HTML", () => {
    const letters = [
      invitationLetter({ to, organization: "Engines", invitedBy: "Charles", link, days: 7 }),
      invitationLetter({ to, organization: "Engines", invitedBy: undefined, link, days: 1 }),
      resetLetter({ to, link, minutes: 30 }),
      verificationLetter({ to, link, hours: 24 }),
      usedElsewhereLetter({
        to: reader,
        device: "Firefox",
        network: "192.0.2.0/24",
        at: millis(0),
        link,
      }),
      alreadyRegisteredLetter({ to, link }),
    ];
    for (const letter of letters) {
      expect(letter.to).toBe(to);
      expect(letter.text).toContain(link);
      expect(letter.html).toContain('href="https://talk.example.org/invitation#token=abc&amp;x=1"');
      expect(letter.html).not.toMatch(/<(script|img|style)|https?:\/\/(?!talk)/);
    }
    expect(new Set(letters.map(({ subject }) => subject)).size).toBe(5);
    expect(letters[0]?.text).toContain("“Charles” invites you to “Engines” on Parlance.");
    expect(letters[0]?.text).toContain("within 7 days");
    expect(letters[1]?.text).toContain("within 1 day.");
    expect(letters[4]?.text).toContain("Firefox, network 192.0.2.0/24, 1 Jan 1970, 00:00 UTC");
  });

  it("says that a password or a second factor is another, without a link that could be another's", () => {
    const [password, factor] = (["password", "factor"] as const).map((what) =>
      changedLetter({ to: reader, what, at: millis(0) }),
    );
    expect(password?.subject).toBe("The password of your account on Parlance was changed");
    expect(factor?.text).toContain(
      "second factor of your account on Parlance was removed: 1 Jan 1970, 00:00 UTC.",
    );
    expect(`${password?.html}${factor?.html}`).not.toContain("href");
  });

  it("writes times as its reader prefers, and in their zone", () => {
    const at = millis(Date.UTC(2026, 10, 30, 14, 5));
    const said = (form: EnglishForm, zone: string | null) =>
      changedLetter({ to: { to, form, zone }, what: "password", at }).text.replaceAll(
        "\u202f",
        " ",
      );
    expect(said("en-US", "America/New_York")).toContain(
      "was changed: Nov 30, 2026, 9:05 AM GMT-5.",
    );
    expect(said("en-x-iso8601", "Asia/Tokyo")).toContain("was changed: 2026-11-30 23:05 GMT+9.");
    // A zone that this machine does not know.
    expect(said("en-GB", "Mars/Olympus_Mons")).toContain("was changed: 30 Nov 2026, 14:05 UTC.");
  });

  it("takes names as names: no tags, no links, no lines of their own", () => {
    const letter = invitationLetter({
      to,
      organization: "X</p><script>alert(1)</script>\r\nBcc: eve@evil.example",
      invitedBy: "Prize at https://evil.example/win or evil.example\u2028\u202e",
      link,
      days: 7,
    });
    const all = `${letter.subject}\n${letter.text}\n${letter.html}`;
    expect(all).not.toMatch(/<script|evil\.example|https:\/\/evil|\u202e|\u2028/);
    expect(letter.subject).not.toMatch(/[\r\n]/);
    expect(letter.text.split("\n").some((line) => line.startsWith("Bcc"))).toBe(false);
    expect(plainName("  J.R.R. Tolkien & Söhne ")).toBe("J. R. R. Tolkien & Söhne");
    expect([...plainName("🦊".repeat(200))]).toHaveLength(100);
    expect(letter.html).not.toContain("Engines");
  });

  it("holds web addresses only", () => {
    for (const odd of ["javascript:alert(1)", "data:text/html,x", "/relative", ""])
      expect(() => resetLetter({ to, link: odd, minutes: 1 })).toThrow(
        expect.objectContaining({ code: "bad-link" }),
      );
  });
});
