// Tests of Passport without Express: each way in which a strategy can decide.
import { describe, expect, it } from "vitest";
import { openStrategies } from "./passport-bridge.ts";

describe("a strategy", () => {
  const strategies = openStrategies<string, string, { readonly name: string }>();
  strategies.add("work", {
    leave: async (to) => new URL(`https://id.example.org/${to}`),
    arrive: async (code) => {
      if (code !== "good") throw new Error(`not ${code}`);
      return { name: "Ada" };
    },
  });
  const returning = (code: string) =>
    strategies.run("work", { kind: "returning", returning: code });

  it("sends the browser away", async () => {
    expect(await strategies.run("work", { kind: "leaving", leaving: "a?b=c" })).toEqual({
      kind: "redirect",
      location: "https://id.example.org/a?b=c",
    });
  });

  it("tells who came back, each visit on its own", async () => {
    const visits = await Promise.allSettled(["good", "bad", "good"].map(returning));
    expect(visits.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(visits[0]).toMatchObject({ value: { kind: "success", found: { name: "Ada" } } });
  });

  it("rejects with the very error of its steps", async () => {
    await expect(returning("bad")).rejects.toThrow("not bad");
  });

  it("has to be known", async () => {
    await expect(strategies.run("other", { kind: "leaving", leaving: "" })).rejects.toThrow(
      "Unknown authentication strategy",
    );
  });
});
