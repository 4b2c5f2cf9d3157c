// Which requests are whose: a table of addresses.
import { describe, expect, it } from "vitest";
import { workOf } from "./work.ts";

const one = "/api/v1/collections/col_1";

describe("the kind of work of a request", () => {
  it.each([
    ["POST", `${one}/search`, "search"],
    ["POST", "/api/v1/search", "search"],
    ["POST", `${one}/map/hits`, "search"],
    ["GET", `${one}/map/points`, "analysis"],
    ["GET", `${one}/map`, "analysis"],
    ["GET", `${one}/overview`, "analysis"],
    ["POST", `${one}/compare`, "analysis"],
    ["POST", `${one}/figures`, "analysis"],
    ["POST", `${one}/concepts/con_1/examples`, "analysis"],
    ["POST", "/v1/embeddings", "analysis"],
    ["GET", "/api/v1/collections", "rows"],
    ["GET", one, "rows"],
    ["DELETE", one, "rows"],
    ["GET", `${one}/analysis`, "rows"],
    ["GET", `${one}/uploads`, "rows"],
    ["GET", "/api/v1/uploads/upl_1", "rows"],
    ["GET", "/v1/models", "rows"],
    ["GET", "/api/v1/nothing-here", "rows"],
  ])("%s %s is %s", (method, path, work) => {
    expect(workOf(method, path)).toBe(work);
  });

  it.each([
    ["GET", "/health"],
    ["GET", "/ready"],
    ["GET", "/"],
    ["GET", "/c/col_1/search"],
    ["PUT", `${one}/uploads`],
    ["POST", `${one}/uploads`],
    ["GET", "/api/v1/uploads/upl_1/events"],
    ["GET", "/api/v1/uploads/upl_1/original"],
    ["GET", `${one}/export`],
  ])("%s %s is answered by whoever has the connection", (method, path) => {
    expect(workOf(method, path)).toBeUndefined();
  });
});
