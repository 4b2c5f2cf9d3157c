// Tests of the keyring: what it seals, what it refuses to open, and which secrets it refuses.
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyPurposes, openKeyring } from "./secrets.ts";

const aSecret = () => randomBytes(48).toString("base64");
const context = ["totp", "org-1", "user-1"];

describe("a keyring", () => {
  it("opens what it sealed, and seals the same text differently each time", () => {
    const ring = openKeyring({ current: aSecret() });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.string()), (text, where) => {
        const sealed = ring.seal(text, where);
        expect(ring.open(sealed, where)).toBe(text);
        expect(ring.seal(text, where)).not.toBe(sealed);
      }),
      { numRuns: 50 },
    );
  });

  it("opens nothing in another context, not even in one that reads alike", () => {
    const ring = openKeyring({ current: aSecret() });
    const sealed = ring.seal("JBSWY3DPEHPK3PXP", ["a", "b"]);
    for (const other of [["a", "c"], ["a"], [], ["ab"], ["a,b"], ['a","b'], ["a", "b", ""]])
      expect(() => ring.open(sealed, other)).toThrow(
        expect.objectContaining({ kind: "corrupt", code: "cannot-unseal" }),
      );
  });

  it("opens nothing that was changed, at any place", () => {
    const ring = openKeyring({ current: aSecret() });
    const sealed = ring.seal("a text", context);
    const [version = "", id = "", body = ""] = sealed.split(".");
    const bytes = Buffer.from(body, "base64url");
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() =>
        ring.open([version, id, changed.toString("base64url")].join("."), context),
      ).toThrow(expect.objectContaining({ code: "cannot-unseal" }));
    }
    for (const broken of ["", "s1", `s2.${id}.${body}`, `s1.${id}.`, `s1.${id}.AAAA`, "plain text"])
      expect(() => ring.open(broken, context)).toThrow(
        expect.objectContaining({ code: "cannot-unseal" }),
      );
  });

  it("opens with the previous secret what was sealed before a change, and says that it is not current", () => {
    const [before, after] = [aSecret(), aSecret()];
    const sealed = openKeyring({ current: before }).seal("kept", context);
    const ring = openKeyring({ current: after, previous: before });
    expect(ring.open(sealed, context)).toBe("kept");
    expect(sealed.startsWith(ring.mark)).toBe(false);
    const again = ring.seal("kept", context);
    expect(again.startsWith(ring.mark)).toBe(true);
    expect(openKeyring({ current: after }).open(again, context)).toBe("kept");
    expect(() => openKeyring({ current: after }).open(sealed, context)).toThrow(
      expect.objectContaining({
        code: "unknown-secret",
        hint: expect.stringContaining("PREVIOUS"),
      }),
    );
  });

  it("has a key of its own for each purpose, the same at every start", () => {
    const secret = aSecret();
    const [ring, again] = [openKeyring({ current: secret }), openKeyring({ current: secret })];
    const keys = keyPurposes.map((purpose) => ring.key(purpose).key.toString("hex"));
    expect(new Set(keys).size).toBe(keyPurposes.length);
    for (const purpose of keyPurposes) {
      expect(ring.key(purpose).key).toHaveLength(32);
      expect(again.key(purpose)).toEqual(ring.key(purpose));
    }
    const previous = aSecret();
    const both = openKeyring({ current: secret, previous });
    expect(both.keys("access-token")).toEqual([
      ring.key("access-token"),
      openKeyring({ current: previous }).key("access-token"),
    ]);
  });

  it("takes a secret that ends in a line break for the same", () => {
    const secret = aSecret();
    const sealed = openKeyring({ current: `${secret}\n` }).seal("x", []);
    expect(openKeyring({ current: secret }).open(sealed, [])).toBe("x");
  });

  it("refuses secrets that are short or can be guessed, and says how to make one", () => {
    for (const weak of [
      "",
      "changeme",
      randomBytes(23).toString("base64").slice(0, 31),
      "a".repeat(64),
      Buffer.alloc(48),
      "changemechangemechangemechangemechangeme",
      "please-change-me-please-change-me-please-change-me",
      "replace-this-with-the-output-of-openssl-rand-base64-48",
      "abababababababababababababababababababab",
      "p7Qx2mLp7Qx2mLp7Qx2mLp7Qx2mLp7Qx2mLp7Qx2mL",
      "0123456789abcdef0123456789abcdef",
      "abcdefghijklmnopqrstuvwxyz0123456789",
      "your-secret-here-at-least-32-characters",
    ])
      expect(() => openKeyring({ current: weak }), String(weak)).toThrow(
        expect.objectContaining({
          kind: "rejected",
          code: "weak-secret",
          hint: expect.stringContaining("openssl rand -base64 48"),
        }),
      );
    expect(() => openKeyring({ current: aSecret(), previous: "changeme" })).toThrow(
      expect.objectContaining({
        code: "weak-secret",
        message: expect.stringContaining("PARLANCE_SECRET_PREVIOUS"),
      }),
    );
  });

  it("takes random secrets of any usual form", () => {
    for (let i = 0; i < 200; i++)
      for (const form of ["hex", "base64", "base64url"] as const) {
        expect(() => openKeyring({ current: randomBytes(32).toString(form) })).not.toThrow();
        expect(() => openKeyring({ current: randomBytes(16).toString("hex") })).not.toThrow();
        expect(() => openKeyring({ current: randomBytes(32) })).not.toThrow();
      }
  });
});
