// The splitter of huge arrays: any chunking gives the same, it goes on after damage, and it keeps its limits.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ElementOptions, jsonElements } from "./json-elements.ts";
import { headValue } from "./json-head.ts";

const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    // The splitter's way of being told.
    return undefined;
  }
};
const defaults: ElementOptions<unknown> = {
  elementBytes: 1e6,
  depth: 50,
  nodes: 1e5,
  from: 0,
  parse,
};

const split = async (
  text: string,
  size: number,
  options: Partial<ElementOptions<unknown>> = {},
) => {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const found: unknown[] = [];
  for await (const { elements } of jsonElements(chunks(), { ...defaults, ...options }))
    for (const element of elements)
      found.push(
        element.kind === "bad" ? element.code : element.kind === "value" ? element.value : "long",
      );
  return found;
};

describe("splitting an array", () => {
  it("gives every element, whatever the chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 4 })),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 1, 3),
        async (list, size, indent) => {
          expect(await split(JSON.stringify(list, null, indent), size)).toEqual(
            JSON.parse(JSON.stringify(list)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  const rows = Array.from({ length: 6 }, (_, n) => ({
    uuid: `u${n}`,
    name: `n${n}`,
    rows: [{ uuid: "x", text: "{" }],
  }));
  const text = JSON.stringify(rows);

  it.each([
    ["a bad token", text.replace('"n2"', "nope")],
    ["a missing quote", text.replace('"n2"', '"n2')],
    ["a missing brace", text.replace('{"uuid":"u2"', '"uuid":"u2"')],
    ["a missing end", text.replace('"text":"{"}]},{"uuid":"u3"', '"text":"{"}],{"uuid":"u3"')],
    ["a stray bracket", text.replace('"name":"n2"', '"name":"n2"]')],
  ])("goes on after %s", async (_, damaged) => {
    for (const size of [7, 64, 10_000]) {
      const found = await split(damaged, size);
      const named = found.map((item) => (item as { uuid?: string }).uuid ?? item);
      expect(named.filter((name) => name !== "bad-json")).toEqual(["u0", "u1", "u3", "u4", "u5"]);
      expect(named).toContain("bad-json");
    }
  });

  it("gives what stands before a cut", async () => {
    const found = await split(text.slice(0, text.indexOf('"n4"')), 9);
    expect(found).toEqual([...rows.slice(0, 4), "truncated"]);
    expect(await split(text.slice(0, -1), 9)).toEqual([...rows, "truncated"]);
  });

  it("leaves out an element that is too large or too deep", async () => {
    const deep = `${"[".repeat(60)}${"]".repeat(60)}`;
    const large = JSON.stringify({ uuid: "l", name: "x".repeat(5000) });
    const found = await split(
      `[${JSON.stringify(rows[0])},${deep},${large},${JSON.stringify(rows[1])}]`,
      100,
      {
        elementBytes: 2000,
      },
    );
    expect(found).toEqual([rows[0], "too-deep", "too-large", rows[1]]);
  });

  it("reads the array inside an object, and objects in a row", async () => {
    const wrapped = `{"version":[1],"data":${text},"more":[{"uuid":"no"}]}`;
    const { lists } = headValue(wrapped);
    expect(await split(wrapped, 50, { from: lists[1] ?? 0 })).toEqual(rows);
    expect(await split(rows.map((row) => JSON.stringify(row, null, 2)).join("\n"), 50)).toEqual(
      rows,
    );
  });
});

describe("the head of a JSON file", () => {
  it("is closed where it is cut", () => {
    expect(headValue('[{"a":1,"b":{"c":[1,2,{"d":"unfin').value).toEqual([
      { a: 1, b: { c: [1, 2, {}] } },
    ]);
    expect(headValue("no json").value).toBeUndefined();
  });
});
