// Tests of the cursor: whatever is printed can be sent back.
import { expect, it } from "vitest";
import { searchRequest } from "#services/contract/search.ts";
import { hashQuestion, printCursor, readCursor } from "./cursor.ts";

it("is accepted back with as many collections as there can be", () => {
  const question = hashQuestion({ query: "kettle" });
  const versions = Array.from(
    { length: 1000 },
    (_, at) => [`col_${String(at).padStart(40, "0")}`, 4_000_000_000 + at] as const,
  );
  const cursor = printCursor({ versions, offset: 100_000 }, question);
  const request = searchRequest.parse({ query: "kettle", cursor });
  expect(readCursor(request.cursor ?? "", question)).toEqual({ versions, offset: 100_000 });
});

it("is refused beyond the hits that can be paged through", () => {
  const question = hashQuestion({ query: "kettle" });
  const cursor = printCursor({ versions: [["col_1", 1]], offset: 100_001 }, question);
  expect(() => readCursor(cursor, question)).toThrow(/another version/u);
});
