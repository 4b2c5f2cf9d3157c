// Tests of a sign-in on its way: the addresses that it may return to, and whom its cookie belongs to.
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { newPendingSignIn, openPending, returnAddress, sealPending } from "./pending-sign-in.ts";
import { openKeyring } from "./secrets.ts";

const keyring = openKeyring({ current: randomBytes(32) });
const now = () => millis(1_700_000_000_000);

describe("a return address", () => {
  it("is a path of this site", () => {
    for (const path of ["/", "/search?q=a%20b&x=1#top", "/c/abc", "/a/b/", "/?next=https://x.y"])
      expect(returnAddress(path)).toBe(path);
    expect(returnAddress("/a/../b")).toBe("/b");
  });

  it("is the start page in place of anything that could lead elsewhere", () => {
    for (const odd of [
      undefined,
      "",
      "search",
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "\\/evil.example",
      "/\t/evil.example",
      "/\n/evil.example",
      " //evil.example",
      "/x/..//evil.example",
      "/.//evil.example",
      "/%2e//evil.example",
      "javascript:alert(1)",
      "/a b",
      "/ü",
      `/${"x".repeat(1000)}`,
    ])
      expect(returnAddress(odd), String(odd)).toBe("/");
  });

  it("stays on this site for browsers, whatever was asked", () => {
    const part = fc.constantFrom("/", "\\", ".", "..", "%2e", "%2f", "\t", "@", ":", "x", "?", "#");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const address = returnAddress(`/${parts.join("")}`);
        const here = "https://talk.example.org";
        expect(new URL(address, here).origin).toBe(here);
        expect(address).toMatch(/^\/(?!\/)/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a pending sign-in", () => {
  it("is opened by the same browser at the same provider within ten minutes", () => {
    const pending = newPendingSignIn({ returnTo: "/map", intent: "x" }, now);
    const cookie = sealPending(keyring, "work", pending);
    const { state } = pending;
    expect(openPending(keyring, "work", { state, cookie, at: now() })).toEqual(pending);
    const wrong = expect.objectContaining({ code: "wrong-state" });
    expect(() => openPending(keyring, "club", { state, cookie, at: now() })).toThrow(wrong);
    for (const other of [null, "", `${state}x`])
      expect(() => openPending(keyring, "work", { state: other, cookie, at: now() })).toThrow(
        wrong,
      );
    expect(() =>
      openPending(keyring, "work", { state, cookie, at: millis(now() + 600_000) }),
    ).toThrow(expect.objectContaining({ code: "link-expired" }));
  });

  it("is different each time, and fits into a cookie", () => {
    const [a, b] = [newPendingSignIn({}, now), newPendingSignIn({}, now)];
    for (const key of ["id", "state", "nonce", "verifier"] as const)
      expect(a[key]).not.toBe(b[key]);
    const longest = newPendingSignIn({ returnTo: `/${"x".repeat(999)}` }, now);
    expect(longest.returnTo).toHaveLength(1000);
    expect(sealPending(keyring, "w".repeat(40), longest).length).toBeLessThan(3500);
  });
});
