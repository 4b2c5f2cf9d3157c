// Tests of what is said of a damaged version.
import { expect, it } from "vitest";
import { damageNotice } from "./damage-notice.ts";

const reason = "vectors.faiss is missing (/srv/parlance/home/index.git)";

it("names the version that answers, and no file", () => {
  const damage = [{ kind: "version", reason }] as const;
  expect(damageNotice({ newest: 5, served: 3, damage, reason })).toBe(
    "Version 5 is damaged: this answer is from version 3.",
  );
  expect(damageNotice({ newest: 3, served: 3, damage, reason })).toBe(
    "The newest version is damaged: this answer is from version 3.",
  );
});

it("adds up what damaged segments leave out, by what still finds it", () => {
  const damage = [
    { kind: "vectors", segment: "a", rows: 1500, reason },
    { kind: "words", segment: "b", rows: 1, reason },
    { kind: "vectors", segment: "c", rows: 16, reason },
  ] as const;
  expect(damageNotice({ newest: 4, served: 4, damage, reason })).toBe(
    "A part of version 4 is damaged: 1,516 messages can be found by words only. A part of version 4 is damaged: 1 message can be found by meaning only.",
  );
});
