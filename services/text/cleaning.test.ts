// Tests of cleaning: what is found where, how it is shown, what becomes of a message, what is left out of the index; in linear time.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CleaningRules, foundKinds, noCleaning } from "#services/domain/cleaning.ts";
import { cleaner } from "./clean.ts";
import { findPrivate, hiddenValue } from "./find-private.ts";
import { growth, hardPieces, LINEAR_GROWTH, longText } from "./growth.builders.ts";
import { indexedOf } from "./left-out.ts";

const rules = (
  found: Partial<CleaningRules["found"]>,
  leaveOut: Partial<CleaningRules["leaveOut"]> = {},
): CleaningRules => ({
  leaveOut: { ...noCleaning.leaveOut, ...leaveOut },
  found: { ...noCleaning.found, ...found },
});
const all = (action: "mark" | "mask" | "refuse"): CleaningRules => ({
  ...noCleaning,
  found: {
    email: action,
    phone: action,
    card: action,
    iban: action,
    key: action,
    token: action,
  },
});

const found = (text: string) =>
  findPrivate(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);

describe("findPrivate", () => {
  it.each([
    ["mail ann.berg@example.org now", "email", "ann.berg@example.org"],
    ["call +49 171 1234567 now", "phone", "+49 171 1234567"],
    ["paid by 4111 1111 1111 1111 now", "card", "4111 1111 1111 1111"],
    ["to DE89 3704 0044 0532 0130 00 now", "iban", "DE89 3704 0044 0532 0130 00"],
    ["the password is hunter2", "token", "hunter2"],
    ["DB_PASSWORD=tr0ub4dor", "token", "tr0ub4dor"],
    [`see ghp_${"a1B2".repeat(9)} there`, "token", `ghp_${"a1B2".repeat(9)}`],
    ["postgres://ann:pa55@db.example/x", "token", "ann:pa55"],
    ["Authorization: Bearer abcdef123456789", "token", "abcdef123456789"],
    [`bot 123456789:AA${"x".repeat(33)}`, "token", `123456789:AA${"x".repeat(33)}`],
    [`do dop_v1_${"0a".repeat(32)}`, "token", `dop_v1_${"0a".repeat(32)}`],
    [
      "a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b",
      "key",
      "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    ],
  ])("finds in %j a %s", (text, kind, value) => expect(found(text)).toEqual([[kind, value]]));

  it.each([
    ['{"password":"ab,cdEF12","user":"ann"}', "ab,cdEF12"],
    ['password: "correct horse, battery"', "correct horse, battery"],
    ["password: “correct horse”", "correct horse"],
    ['{\\"password\\":\\"ab cd12\\"}', "ab cd12"],
    ["password = 'it\\'s 12' # ours", "it\\'s 12"],
    ["password: ab,cd;EF12, then press Return", "ab,cd;EF12"],
    ["(password: tr0ub4dor).", "tr0ub4dor"],
    ["**Password:** hunter2", "hunter2"],
    ["**Password**: hunter2", "hunter2"],
    ["__token__ => 'hunter2'", "hunter2"],
    ['the password is "correct horse battery"', "correct horse battery"],
    ["the password is p4ss,w0rd;x.", "p4ss,w0rd;x"],
    [`token: ${"aB3.".repeat(100)}e`, `${"aB3.".repeat(100)}e`],
    ["redis://:s3cr3t@cache.example:6379", ":s3cr3t"],
    ["amqp://ann:p@ss@w0rd@mq.example/x", "ann:p@ss@w0rd"],
    ["see https://ann@example.org:pa55@host.example/ann@b", "ann@example.org:pa55"],
    [`https://x:ghp_${"a1B2".repeat(9)}.rest@host.example`, `x:ghp_${"a1B2".repeat(9)}.rest`],
  ])("finds in %j the whole secret", (text, value) =>
    expect(found(text)).toEqual([["token", value]]),
  );

  it.each(["password: ''; user", 'password: "", user: "ann"', "my password: ****, yours"])(
    "finds in %j no secret",
    (text) => expect(found(text)).toEqual([]),
  );

  it.each(["PGP PRIVATE KEY BLOCK", "OPENSSH PRIVATE KEY", "PRIVATE KEY"])(
    "finds a %s of any length, and one without an end",
    (name) => {
      const begin = `-----BEGIN ${name}-----\n${"lQOYBF+abc/def0123\n".repeat(1000)}`;
      const key = `${begin}-----END ${name}-----`;
      expect(found(`a ${key} b ${key} c`)).toEqual([
        ["key", key],
        ["key", key],
      ]);
      expect(found(`a ${begin}`)).toEqual([["key", begin]]);
    },
  );

  it.each(["\u00a0", "\u202f", "\u2010", "\u2011", "\u2012", "\u2013"])(
    "finds numbers with %j between their digits",
    (separator) => {
      const numbers = [
        ["card", "4111 1111 1111 1111"],
        ["iban", "DE89 3704 0044 0532 0130 00"],
        ["phone", "+49 171 1234567"],
        ["phone", "415 555 2671"],
      ].map(([kind = "", number = ""]) => [kind, number.replaceAll(" ", separator)]);
      for (const [kind, number] of numbers)
        expect(found(`x ${number} y`)).toEqual([[kind, number]]);
    },
  );

  it("finds numbers next to commas and points, but no decimals", () => {
    expect(found("ann,4111111111111111,bert")).toEqual([["card", "4111111111111111"]]);
    expect(found("17,4111111111111111")).toEqual([["card", "4111111111111111"]]);
    expect(found("nr.4111111111111111")).toEqual([["card", "4111111111111111"]]);
    expect(found("0.4111111111111111 and 0,4111111111111111")).toEqual([]);
    expect(found("01717654321,01717654322")).toEqual([
      ["phone", "01717654321"],
      ["phone", "01717654322"],
    ]);
  });

  it("finds no card where the check digit is wrong, and no account where the check digits are", () => {
    expect(found("4111 1111 1111 1112")).toEqual([]);
    expect(found("DE89 3704 0044 0532 0130 01")).toEqual([]);
  });

  it("gives places in order, without overlaps, of the wanted kinds, whatever the text", () => {
    const piece = fc.constantFrom(
      "ann@example.org",
      "+49 171 1234567",
      "4111111111111111",
      "DE89370400440532013000",
      "password: x9!",
      " ",
      "\n",
      "«",
      "text",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.subarray([...foundKinds]),
        (pieces, wanted) => {
          const text = pieces.join("");
          const spans = findPrivate(text, wanted);
          let end = 0;
          for (const span of spans) {
            expect(span.start).toBeGreaterThanOrEqual(end);
            expect(span.end).toBeGreaterThan(span.start);
            expect(wanted).toContain(span.kind);
            end = span.end;
          }
          expect(end).toBeLessThanOrEqual(text.length);
          expect(spans).toEqual(findPrivate(text).filter(({ kind }) => wanted.includes(kind)));
        },
      ),
    );
  });

  it("shows values without giving them away", () => {
    expect(
      [
        hiddenValue("email", "anna.linde@hafenamt.example"),
        hiddenValue("phone", "+49 171 1234567"),
        hiddenValue("card", "4111 1111 1111 1111"),
        hiddenValue("iban", "DE89370400440532013000"),
        hiddenValue("token", "hunter2"),
        hiddenValue("token", `ghp_${"a1B2".repeat(9)}`),
      ].join("\n"),
    ).toBe("an•••@•••.example\n+49•••67\n••• 1111\nDE89 •••\n•••\nghp_•••");
  });
});

describe("cleaning a message", () => {
  const message = (text: string) => ({ text, unmasked: null, attachments: null });

  it("masks, marks and refuses by kind", () => {
    const text = "ann@example.org, password: x9!yz";
    expect(cleaner.message(message(text), rules({ email: "mask", token: "mark" }))).toEqual({
      text: "«e-mail», password: x9!yz",
      unmasked: text,
      attachments: null,
      isRefused: false,
      findings: [
        { kind: "email", action: "mask", places: 1, shown: ["an•••@•••.org"] },
        { kind: "token", action: "mark", places: 1, shown: ["•••"] },
      ],
    });
    expect(cleaner.message(message(text), rules({ token: "refuse" }))).toMatchObject({
      text: "",
      unmasked: null,
      isRefused: true,
    });
    expect(cleaner.title("for ann@example.org", rules({ email: "refuse" }))).toBe("for «e-mail»");
  });

  it("cleans twice as once, and gives back what was masked when the rules are taken back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (noise) => {
        const text = `${noise} ann@example.org ${noise} 4111111111111111`;
        const once = cleaner.message(message(text), all("mask"));
        expect(cleaner.message(once, all("mask"))).toEqual(once);
        expect(cleaner.message(once, noCleaning)).toMatchObject({ text, unmasked: null });
      }),
    );
  });

  it("masks names of attached files", () => {
    const attachments = JSON.stringify([{ name: "ann@example.org.pdf", size: 1 }]);
    const masked = cleaner.message({ ...message("x"), attachments }, rules({ email: "mask" }));
    expect(masked.attachments).not.toContain("ann@");
    expect(masked.attachments).toContain('"size":1');
  });
});

describe("what is indexed of a message", () => {
  const of = (text: string, leaveOut: Partial<CleaningRules["leaveOut"]>, more = {}) =>
    indexedOf({ kind: "text", text, isBot: false, ...more }, rules({}, leaveOut));

  it("leaves out whole messages by kind and author", () => {
    expect(of("x", { kinds: ["tool"] }, { kind: "tool" }).leftOut).toBe("tool");
    expect(of("x", { kinds: ["tool"] }, { kind: "thinking" }).leftOut).toBeUndefined();
    expect(of("x", { bots: true }, { isBot: true }).leftOut).toBe("bots");
    expect(of("x", {}, { isBot: true }).leftOut).toBeUndefined();
  });

  it("leaves out quotes with the line above them, and what a mail answers", () => {
    const text = "yes\n\nOn Monday, Ann wrote:\n> shall we?\n> or not\n\nthanks";
    const { text: left, partly } = of(text, { quotes: true });
    expect(left.split(/\s+/u)).toEqual(["yes", "thanks"]);
    expect(left).toHaveLength(text.length);
    expect(partly).toEqual(["quotes"]);
    const mail = "fine\n\n-----Original Message-----\nFrom: ann\nold text";
    expect(of(mail, { quotes: true }).text.trim()).toBe("fine");
    expect(of("> only this", { quotes: true }).leftOut).toBe("quotes");
    expect(of("a > b", { quotes: true }).partly).toEqual([]);
  });

  it("leaves out code, also where it looks like a quote", () => {
    const text = "run\n```\n> x\n```\nthen read";
    const { text: left, partly } = of(text, { code: true, quotes: true });
    expect(left.split(/\s+/u)).toEqual(["run", "then", "read"]);
    expect(partly).toEqual(["code"]);
  });

  it("keeps places and line ends, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("> q", "text", "```", "~~~", "wrote:", "", "  > x"), {
          maxLength: 30,
        }),
        (lines) => {
          const text = lines.join("\n");
          const { text: left, leftOut } = of(text, { code: true, quotes: true });
          if (leftOut !== undefined) return;
          expect(left).toHaveLength(text.length);
          for (let at = 0; at < text.length; at++)
            if (left[at] !== " ") expect(left[at]).toBe(text[at]);
        },
      ),
    );
  });
});

describe("the time that cleaning takes", () => {
  const pieces = [
    ...hardPieces,
    "> \n",
    "> a\nwrote:\n",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----",
    "password: '",
    'password: "\\',
    "password:**",
    "password is ",
    "password: a ",
    "://a:@",
    "4\u2013",
    ",4",
    "--Original Message--",
    "1:AA",
    "sk-",
    "DE89 ",
  ];
  const steps = {
    findPrivate: (text: string) => findPrivate(text),
    indexedOf: (text: string) =>
      indexedOf({ kind: "text", text, isBot: false }, rules({}, { quotes: true, code: true })),
  };

  it.each(pieces)("grows with the length of a text of %j", (piece) => {
    for (const step of Object.values(steps))
      expect(growth(step, piece, 100_000)).toBeLessThan(LINEAR_GROWTH);
  });

  it("is twice as long for a text twice as long", () => {
    const sentence =
      "Please write to ann.berg@example.org or call +49 171 1234567; the password is hunter2. ";
    const time = (text: string) => {
      const times = Array.from({ length: 7 }, () => {
        const before = process.cpuUsage();
        // Many times, so that both pay for their share of collected memory.
        for (let n = 0; n < 20; n++) findPrivate(text);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      });
      return Math.min(...times);
    };
    const ratio = time(longText(sentence, 80_000)) / time(longText(sentence, 40_000));
    expect(ratio).toBeLessThan(2.5);
  });
});
