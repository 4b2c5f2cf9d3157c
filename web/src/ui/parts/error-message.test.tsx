// Tests of errors as people read them: also where a part of the page cannot be fetched because the server has stopped.
import { describe, expect, it } from "vitest";
import { UnreachableError } from "../../api/request.ts";
import { describeError } from "./error-message.tsx";

describe("an error", () => {
  it.each([
    "Unable to preload CSS for /assets/message-list-x.css",
    "Failed to fetch dynamically imported module: http://localhost/assets/a.js",
    "error loading dynamically imported module: http://localhost/assets/a.js",
    "Importing a module script failed.",
  ])("of a part of the page that is missing reads as a server that does not answer: %s", (text) => {
    const { title } = describeError(new UnreachableError("no answer"));
    expect(describeError(new TypeError(text))).toMatchObject({
      title,
      detail: "A part of this page could not be loaded.",
    });
  });

  it("of another kind is told as it is", () => {
    expect(describeError(new Error("odd"))).toMatchObject({
      title: "Unexpected error",
      detail: "odd",
    });
  });
});
