// Tests of normalising: what is removed, what stays, and that twice gives the same as once.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseText } from "./normalise.ts";

describe("normaliseText", () => {
  it.each([
    ["a\r\nb\rc", "a\nb\nc", "line ends"],
    ["a\0b\u0007c\td", "abc\td", "control characters, tabs excepted"],
    ["\u0002bold\u000f \u000304,12red\u0003", "bold red", "IRC colours"],
    ["\u001b[31mred\u001b[0m", "red", "terminal escapes"],
    ["zero\u200bwidth\ufeff\u00ad", "zerowidth", "zero-width marks"],
    ["As said【4†source】 here", "As said here", "citation marks"],
    ["x \ue200cite\ue202turn0search1\ue201y", "x y", "private-use citation marks"],
    ["a 【b 【1†c】 †d】 e\n【f", "a  e\n【f", "citation marks around others"],
    ["【no citation】 and 【†\n】", "【no citation】 and 【†\n】", "brackets that are none"],
    ["\ue200a\ue200b\ue201c\ue201d \ue203e", "d e", "private-use marks around others"],
    ["x\u2028y\u2029z\u0085", "x\ny\nz", "separators of lines"],
    ["lone \ud800 half", "lone \ufffd half", "lone surrogates"],
    ["👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم", "joiners that scripts need"],
  ])("turns %j into %j (%s)", (text, expected) => {
    expect(normaliseText(text)).toBe(expected);
  });

  it("changes nothing the second time", () => {
    const nasty = fc.array(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom(
          "【",
          "†",
          "】",
          "\ue200",
          "\ue201",
          "\u0003",
          "12",
          "\u001b[",
          "m",
          "\r",
          "\n",
          "\ud83d",
        ),
      ),
    );
    fc.assert(
      fc.property(nasty, (pieces) => {
        const once = normaliseText(pieces.join(""));
        expect(normaliseText(once)).toBe(once);
      }),
    );
  });
});
