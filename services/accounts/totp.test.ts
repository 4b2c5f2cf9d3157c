// Tests of authenticator codes against the vectors of RFC 6238, and of recovery codes.
import { Secret, TOTP } from "otpauth";
import { describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { checkTotp, newRecoveryCodes, newTotp, recoveryHash } from "./totp.ts";

/** The secret of RFC 6238, appendix B. */
const rfcSecret = Secret.fromLatin1("12345678901234567890").base32;
const at = (seconds: number) => ({ at: millis(seconds * 1000), lastStep: undefined });

describe("an authenticator code", () => {
  it("agrees with RFC 6238", () => {
    for (const [seconds, code] of [
      [59, "287082"],
      [1111111109, "081804"],
      [1111111111, "050471"],
      [1234567890, "005924"],
      [2000000000, "279037"],
      [20000000000, "353130"],
    ] as const)
      expect(checkTotp(rfcSecret, code, at(seconds))).toBe(Math.floor(seconds / 30));
  });

  it("is taken one step early or late, and no more", () => {
    const code = "279037";
    const step = Math.floor(2_000_000_000 / 30);
    for (const [offset, found] of [
      [-60, undefined],
      [-30, step],
      [0, step],
      [30, step],
      [60, undefined],
    ] as const)
      expect(checkTotp(rfcSecret, code, at(2_000_000_000 + offset)), `${offset}`).toBe(found);
  });

  it("works once: not at its step or an earlier one again", () => {
    const step = Math.floor(2_000_000_000 / 30);
    const when = (lastStep: number) => ({ at: millis(2_000_000_000_000), lastStep });
    expect(checkTotp(rfcSecret, "279037", when(step - 1))).toBe(step);
    expect(checkTotp(rfcSecret, "279037", when(step))).toBeUndefined();
    expect(checkTotp(rfcSecret, "279037", when(step + 1))).toBeUndefined();
  });

  it("may be typed with gaps, and is refused in any other form", () => {
    expect(checkTotp(rfcSecret, " 279 037 ", at(2_000_000_000))).toBeDefined();
    for (const odd of ["", "27903", "2790370", "279037a", "２７９０３７", "-27903", "279037\0"])
      expect(checkTotp(rfcSecret, odd, at(2_000_000_000)), odd).toBeUndefined();
  });

  it("is shown to an app with a secret of 160 bits, as text and as a picture", () => {
    const made = newTotp({ email: "ada+x@example.org", issuer: "Parlance: Größe" });
    expect(Secret.fromBase32(made.secret).bytes).toHaveLength(20);
    expect(newTotp({ email: "a@b.c", issuer: "P" }).secret).not.toBe(made.secret);
    const uri = new URL(made.uri);
    expect(uri.protocol).toBe("otpauth:");
    expect(uri.searchParams.get("secret")).toBe(made.secret);
    expect(decodeURIComponent(uri.pathname)).toContain("ada+x@example.org");
    expect(made.svg).toMatch(/^<svg[^>]*viewBox/);
    expect(made.svg).not.toContain("<script");
    const now = Date.now();
    const app = new TOTP({ secret: made.secret });
    expect(
      checkTotp(made.secret, app.generate({ timestamp: now }), {
        at: millis(now),
        lastStep: undefined,
      }),
    ).toBe(Math.floor(now / 30_000));
  });
});

describe("recovery codes", () => {
  it("are ten different ones of 130 bits in groups", () => {
    const codes = newRecoveryCodes();
    expect(codes).toHaveLength(10);
    expect(new Set([...codes, ...newRecoveryCodes()]).size).toBe(20);
    for (const code of codes)
      expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{6}$/);
  });

  it("are known again however they are typed", () => {
    const code = "1a0bc-d2345-67890-hjkmn-pqrstv";
    const hash = recoveryHash(code);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    for (const typed of [
      code.toUpperCase(),
      code.replaceAll("-", " "),
      "IAObcd234567890hjkmnpqrstv",
      ` l${code.slice(1)}\n`,
    ])
      expect(recoveryHash(typed)).toBe(hash);
    expect(recoveryHash(code.replace("v", "w"))).not.toBe(hash);
  });
});
