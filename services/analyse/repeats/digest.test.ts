// Numbers of texts: equal for equal texts only, and the same whatever stands between their words.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, mixed, shapeOf } from "./digest.ts";

describe("the number of a text", () => {
  it("is the same for the same words in any case and spacing, and another for other words", () => {
    expect(digestOf("Rye  bread\n")).toBe(digestOf("rye bread"));
    const texts = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 2 });
    fc.assert(
      fc.property(texts, (list) => {
        expect(new Set(list.map(digestOf)).size).toBe(list.length);
      }),
    );
  });

  it("is a whole number that can be mixed with others, in order", () => {
    const [one, other] = [digestOf("one"), digestOf("other")];
    expect(mixed(mixed(0, one), other)).not.toBe(mixed(mixed(0, other), one));
    expect(mixed(0, one)).not.toBe(mixed(0, other));
    for (const number of [one, mixed(one, other)]) expect(Number.isSafeInteger(number)).toBe(true);
  });
});

describe("the shape of a text", () => {
  it("leaves out names, numbers, links, and what is quoted", () => {
    const shape = shapeOf("**Ann** has marked topic #12 as resolved, see https://a.example/1");
    expect(shapeOf("**Bob B.** has marked topic #9 as resolved, see https://b.example/2")).toEqual(
      shape,
    );
    expect(shape.words).toBe(6);
    expect(shapeOf("nobody has marked it").whole).not.toBe(shape.whole);
  });
});
