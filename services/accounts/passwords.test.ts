// Tests of password hashes: right and wrong ones, old costs, people who do not exist, and floods.
import { hash as argon2 } from "@node-rs/argon2";
import { describe, expect, it } from "vitest";
import { openPasswords } from "./passwords.ts";

const phrase = "violet anchors drift past noon";

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

describe("passwords", () => {
  const passwords = openPasswords();

  it("are known again, and others are not", async () => {
    const hash = await passwords.hash(phrase);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(hash).not.toBe(await passwords.hash(phrase));
    expect(await passwords.check(phrase, hash)).toEqual({ ok: true, outdated: false });
    for (const other of ["", phrase.slice(1), `${phrase} `, phrase.toUpperCase()])
      expect(await passwords.check(other, hash)).toEqual({ ok: false, outdated: false });
  });

  it("are the same however a keyboard writes their letters", async () => {
    const hash = await passwords.hash("Größe ﬁndet Ångström ①");
    expect(await passwords.check("Gro\u0308ße findet A\u030angstro\u0308m 1", hash)).toMatchObject({
      ok: true,
    });
  });

  it("are hashed again after the costs were raised", async () => {
    const old = await argon2(phrase, { memoryCost: 4096, timeCost: 1, parallelism: 1 });
    expect(await passwords.check(phrase, old)).toEqual({ ok: true, outdated: true });
    expect(await passwords.check("wrong", old)).toEqual({ ok: false, outdated: false });
  });

  it("take as long for somebody who does not exist", async () => {
    const hash = await passwords.hash(phrase);
    expect(await passwords.check(phrase, undefined)).toEqual({ ok: false, outdated: false });
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 9; i++) {
      known.push(await timed(() => passwords.check("wrong", hash)));
      unknown.push(await timed(() => passwords.check("wrong", undefined)));
    }
    // Other work on the machine makes single measurements uneven; a missing hash would be a hundred times quicker.
    expect(median(unknown)).toBeGreaterThan(median(known) / 3);
    expect(median(unknown)).toBeLessThan(median(known) * 3);
  });

  it("have 256 bytes at most, also after their letters are made uniform", async () => {
    const longest = "ab".repeat(128);
    const hash = await passwords.hash(longest);
    expect(await passwords.check(longest, hash)).toMatchObject({ ok: true });
    // One sign that becomes 18 letters.
    for (const long of [`${longest}c`, "\ufdfa".repeat(20)]) {
      await expect(passwords.hash(long)).rejects.toMatchObject({
        kind: "rejected",
        code: "weak-password",
      });
      expect(await passwords.check(long, hash)).toEqual({ ok: false, outdated: false });
    }
  });

  it("say that a kept hash is damaged", async () => {
    await expect(passwords.check(phrase, "$argon2id$nonsense")).rejects.toMatchObject({
      kind: "corrupt",
      code: "damaged-hash",
    });
  });

  it("wait for their turn, and are refused where too many wait", async () => {
    const narrow = openPasswords({ atOnce: 1, waiting: 2 });
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => narrow.hash(`${n}`)));
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    expect(outcomes[4]).toMatchObject({
      reason: { kind: "unavailable", code: "busy", status: 503, data: { retryAfterSeconds: 2 } },
    });
    // Refused and failed ones give their place back.
    await expect(narrow.check(phrase, "damaged")).rejects.toMatchObject({ code: "damaged-hash" });
    expect(await narrow.hash(phrase)).toContain("$argon2id$");
  });
});
