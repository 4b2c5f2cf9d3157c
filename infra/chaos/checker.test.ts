// The checker of chaos: it finds each kind of fault that is put into an account without one, and nothing else.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check, complaints } from "./checker.ts";

const clean = { lost: [], hidden: [], duplicated: [], unexpected: [] };

/** Messages of which a part was confirmed, and of the others a part arrived all the same. */
const accounts = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 40 })
  .chain((attempted) =>
    fc.record({
      attempted: fc.constant(attempted),
      confirmed: fc.subarray(attempted, { minLength: 1 }),
      arrived: fc.subarray(attempted),
      order: fc.shuffledSubarray(attempted, { minLength: attempted.length }),
    }),
  )
  .map(({ attempted, confirmed, arrived, order }) => {
    const there = new Set([...confirmed, ...arrived]);
    const stored = order.filter((item) => there.has(item));
    return { attempted, confirmed, stored, searchable: stored.toReversed() };
  });

/** One of the messages. */
const pick = (items: readonly string[], place: number): string =>
  items[place % items.length] as string;
const without = (items: readonly string[], one: string) => items.filter((item) => item !== one);

describe("the checker", () => {
  it("finds nothing where every confirmed message is stored and searchable once", () => {
    fc.assert(
      fc.property(accounts, (account) => {
        expect(check(account)).toEqual(clean);
        expect(complaints(check(account))).toBe("");
      }),
    );
  });

  it("finds a confirmed message that is gone, and only that", () => {
    fc.assert(
      fc.property(accounts, fc.nat(), (account, place) => {
        const gone = pick(account.confirmed, place);
        const found = check({
          ...account,
          stored: without(account.stored, gone),
          searchable: without(account.searchable, gone),
        });
        expect(found).toEqual({ ...clean, lost: [gone] });
      }),
    );
  });

  it("finds a message that is stored but not searchable", () => {
    fc.assert(
      fc.property(accounts, fc.nat(), (account, place) => {
        const hidden = pick(account.stored, place);
        const found = check({ ...account, searchable: without(account.searchable, hidden) });
        expect(found).toEqual({ ...clean, hidden: [hidden] });
      }),
    );
  });

  it("finds a message that is stored or indexed twice", () => {
    fc.assert(
      fc.property(accounts, fc.nat(), fc.boolean(), (account, place, indexed) => {
        const twice = pick(account.stored, place);
        const key = indexed ? "searchable" : "stored";
        const found = check({ ...account, [key]: [...account[key], twice] });
        expect(found).toEqual({ ...clean, duplicated: [twice] });
      }),
    );
  });

  it("finds what nobody sent, and what searches still find although it is not stored", () => {
    fc.assert(
      fc.property(accounts, fc.nat(), (account, place) => {
        const odd = "never sent";
        expect(check({ ...account, searchable: [...account.searchable, odd] })).toEqual({
          ...clean,
          unexpected: [odd],
        });
        const ghost = pick(account.stored, place);
        const found = check({ ...account, confirmed: [], stored: without(account.stored, ghost) });
        expect(found).toEqual({ ...clean, unexpected: [ghost] });
      }),
    );
  });
});
