// Tests of masking: personal data is replaced, similar text stays, time is linear in the text.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskKinds, maskText } from "./mask.ts";

/** What must be gone from a text, and what must be there instead. */
const goes = (text: string, gone: string, mark: string) => {
  const masked = maskText(text);
  expect(masked).not.toContain(gone);
  expect(masked).toContain(mark);
};
const stays = (text: string) => expect(maskText(text)).toBe(text);

describe("maskText", () => {
  it.each([
    ["write to ann.smith+news@mail.example.co.uk today", "ann"],
    ["<jürgen@müller.example>", "jürgen"],
    ["ann [at] example [dot] org", "example"],
  ])("hides the e-mail address in %s", (text, gone) => goes(text, gone, "«e-mail»"));

  it.each([
    "+49 171 1234567",
    "+1 (415) 555-2671",
    "0044 20 7946 0958",
    "(415) 555-2671",
    "415-555-2671",
    "4155552671",
    "1-800-555-0199",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "0171/1234567",
    "612 345 678",
    "555-2671",
  ])("hides the telephone number %s", (number) =>
    goes(`call ${number}, please`, number, "call «phone», please"),
  );

  it("hides a number that is announced as a telephone number", () => {
    expect(maskText("my mobile number is 12 34 56 78.")).toBe("my mobile number is «phone».");
    expect(maskText("Tel.: 123456")).toBe("Tel.: «phone»");
  });

  it.each(["4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "4111111111111111"])(
    "hides the card number %s",
    (number) => expect(maskText(`paid by ${number} yesterday`)).toBe("paid by «card» yesterday"),
  );

  it("hides IBANs, but not the words after them", () => {
    expect(maskText("to DE89 3704 0044 0532 0130 00 BANK")).toBe("to «IBAN» BANK");
    expect(maskText("GB82WEST12345698765432")).toBe("«IBAN»");
    expect(maskText("straße nl91abna0417164300!")).toBe("straße «IBAN»!");
    stays("DE89 3704 0044 0532 0130 01");
  });

  it.each(["83.12.7.201", "2001:db8::ff00:42:8329", "00:1b:63:84:45:e6"])(
    "hides the address %s",
    (address) => expect(maskText(`ping ${address} fails`)).toBe("ping «IP» fails"),
  );

  it.each([
    ["password: hunter2", "password: «secret»"],
    ["DB_PASSWORD=tr0ub4dor", "DB_PASSWORD=«secret»"],
    ["the password is hunter2", "the password is «secret»"],
    ['"api_key": "abc123def"', '"api_key": "«secret»"'],
    ["Passwort: geheim!", "Passwort: «secret»"],
    ["sk-proj-abcdefghijklmnop1234", "«secret»"],
    [`ghp_${"a1B2".repeat(9)}`, "«secret»"],
    ["AKIAIOSFODNN7EXAMPLE", "«secret»"],
    ["Authorization: Bearer abcdef123456789", "Authorization: Bearer «secret»"],
    ["eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4", "«secret»"],
    ["postgres://ann:pa55@db.example/x", "postgres://«secret»@db.example/x"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "«secret»"],
    ["wJalrXUtnFEMI0K7MDENG0bPxRfiCYEXAMPLEKEY", "«secret»"],
  ])("hides the secret in %s", (text, masked) => expect(maskText(text)).toBe(masked));

  it.each([
    "ubuntu 8.04.1 with kernel 2.6.24-19-generic",
    "firefox-1.5.0.7 and version 1.2.3.4",
    "on 2024-01-05 at 12:30:45, or 05.01.2024 10:30",
    "from 2004-2018, pages 100-120",
    "1,299.00 EUR, $1 200 000, 3.14159265358979",
    "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "id 123e4567-e89b-12d3-a456-426614174000",
    "epoch 1609459200 or 1609459200000",
    "/dev/sdb1 at 0x7fff5fbff8c0",
    "std::vector<a::b> 12:30",
    "127.0.0.1 and 255.255.255.0",
    "the password is wrong, forgot my password: ***",
    "order 1234567890123",
    "#channel @someone git@localhost",
    "resolution 1024x768 1280-1024",
  ])("leaves %s as it is", stays);

  it("hides a collection's own words as whole words, in any case and form of accents", () => {
    const words = ["Anna Schmidt", "Anna", "ACME-*", "Zoë"];
    expect(maskText("anna  schmidt, ANNA, Annabel", { words })).toBe("«masked», «masked», Annabel");
    expect(maskText("ACME-4711 by Zoe\u0308", { words })).toBe("«masked» by «masked»");
    expect(maskText("a@example.org", { words: ["mail", "e-mail"] })).toBe("«e-mail»");
  });

  it("hides only the kinds that are asked for", () => {
    const text = "a@example.org +49 171 1234567";
    expect(maskText(text, { kinds: ["phone"] })).toBe("a@example.org «phone»");
    expect(maskText(text, { kinds: [] })).toBe(text);
  });

  it("changes nothing in masked texts, and keeps texts without digits and signs", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        const once = maskText(text);
        expect(maskText(once)).toBe(once);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ,.\n]{0,300}$/), (text) => {
        expect(maskText(text)).toBe(text);
      }),
    );
  });

  it("takes linear time for long runs of anything", () => {
    const runs = [
      "a",
      "1",
      "1 ",
      "a.",
      "a@",
      "eyJ",
      "sk-",
      ":",
      "::1",
      "-",
      "«",
      "password",
      "(1",
      "DE89 ",
    ];
    for (const run of [...runs, "-----BEGIN PRIVATE KEY-----", "password:", "pin_"]) {
      const text = run.repeat(Math.ceil(200_000 / run.length));
      // A quadratic pattern would need minutes; the test has seconds.
      expect(maskText(text, { kinds: maskKinds, words: ["a*", "anna b"] })).not.toBe("");
    }
  });
});
