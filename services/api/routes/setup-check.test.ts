// Whether a setup link works, asked without using it up.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goodPassword, openBrowser, tokenOf } from "../accounts.builders.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await openTestApi({ idle: true });
  token = tokenOf((await (await api.instance.accounts()).turnOn("http://localhost")) ?? null);
});
afterAll(() => api.close());

const check = (of: string) =>
  openBrowser(api).ask("/api/v1/auth/setup/check", { body: { token: of } });

describe("the check of a setup link", () => {
  it("does not use it up, and is for the app alone", async () => {
    expect((await check(token)).status).toBe(204);
    expect((await check(token)).status).toBe(204);
    const elsewhere = await openBrowser(api).ask("/api/v1/auth/setup/check", {
      body: { token },
      headers: { "content-type": "text/plain" },
    });
    expect(elsewhere.status).toBeGreaterThanOrEqual(400);
  });

  it("answers alike of a link that was used and one that never was", async () => {
    const person = { name: "Eva", email: "eva@example.org", password: goodPassword };
    const made = await openBrowser(api).ask("/api/v1/auth/setup", { body: { token, ...person } });
    expect(made.status).toBe(200);
    const told = async (of: string) => {
      const answered = await check(of);
      const { requestId: _, ...said } = answered.json() as Record<string, unknown>;
      return { status: answered.status, ...said };
    };
    const used = await told(token);
    expect(used).toMatchObject({
      status: 410,
      code: "link-used",
      hint: expect.stringContaining("`parlance accounts setup-link`"),
    });
    expect(await told("x".repeat(token.length))).toEqual(used);
  });
});
