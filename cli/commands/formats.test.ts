// `parlance formats` lists all, shows one within 80 columns, and says what may be meant by a name that is none.
import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import { guides } from "#services/domain/guides/guides.ts";
import { program } from "../program.builders.ts";

const formats = (...args: string[]) =>
  new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [program, "formats", ...args], (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });

describe("parlance formats", () => {
  it("lists all formats with the names by which they are asked for", async () => {
    const { out } = await formats();
    for (const { source, name } of guides)
      expect(out).toMatch(new RegExp(`^ +${source} +${name}$`, "mu"));
  });

  it("shows a guide in a terminal of 80 columns, and as JSON", async () => {
    const { out } = await formats("whatsapp");
    expect(out).toContain("Keep the file's name");
    expect(out).toContain("When it is imported again");
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const whole = JSON.parse((await formats("whatsapp", "--json")).out);
    expect(whole).toEqual(guides.find(({ source }) => source === "whatsapp"));
  });

  it("takes a word that only one format has, and names what may be meant otherwise", async () => {
    expect((await formats("instagram")).out).toContain("Messenger and Instagram downloads");
    const { code, err } = await formats("telegrm");
    expect(code).toBe(2);
    expect(err).toContain("Did you mean “telegram”?");
  });
});
