// Tests of errors as people read them: a server that did not answer, an answer that cannot be read, anything else.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { UnreachableError } from "../../api/plain-request.ts";
import { describeError } from "./error-message.tsx";

const thrownBy = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe("an error", () => {
  it("of a server that did not answer is told in the past tense: it may answer by now", () => {
    expect(describeError(new UnreachableError("The server did not answer."))).toEqual({
      title: "The server did not answer",
      detail: "The server did not answer.",
      hint: "Try again when it answers.",
    });
  });

  it.each([
    ["that is no JSON", thrownBy(() => JSON.parse("<html>"))],
    ["of another shape", thrownBy(() => z.object({ n: z.int() }).parse({}))],
  ])("of an answer %s is told without the words of the parser", (_, error) => {
    expect(describeError(error)).toMatchObject({
      title: "The answer cannot be read",
      detail: "The server sent something that this page does not understand.",
    });
  });

  it("of another kind is told as it is", () => {
    expect(describeError(new Error("odd"))).toMatchObject({
      title: "Unexpected error",
      detail: "odd",
    });
  });
});
