// The compose files and .env.example name every setting and no other, and an example that was not filled in is refused.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openKeyring } from "#services/accounts/secrets.ts";
import { readConfig } from "#services/config/config.ts";
import { readSettings } from "#services/config/setting-list.ts";
import { envExample } from "./env-example.ts";

const file = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), "utf8");
const production = file("compose.prod.yml");
const development = file("compose.yml");
const worker = file("compose.worker.yml");
const everyFile = [production, development, worker, file("compose.open.yml")];
const example = file(".env.example");
const all = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map(([, name = ""]) => name)),
];

describe("the compose files", () => {
  it("have an up-to-date .env.example with every setting, its meaning and its default", () => {
    expect(example === envExample(), "run node infra/compose/write-env-example.ts").toBe(true);
    const schemas = ["config.ts", "account-settings.ts", "attachment-settings.ts"].map((name) =>
      file("..", "..", "services", "config", name),
    );
    const names = all(schemas.join("\n"), /^ {2}(PARLANCE_[A-Z_]+):/gmu);
    expect(readSettings().map(({ name }) => name)).toEqual(names);
    expect(names.length).toBeGreaterThan(30);
    for (const { name, meaning } of readSettings()) expect(meaning, name).toMatch(/\w{3}.*\w{3}/u);
  });

  it("set only what is a setting", () => {
    for (const text of [production, development, worker, example]) {
      const names = all(text, /\b(PARLANCE_[A-Z_]+)\b/gu);
      expect(names.length).toBeGreaterThan(5);
      expect(readConfig(Object.fromEntries(names.map((name) => [name, ""]))).unknown).toEqual([]);
    }
  });

  it("ask for nothing that .env.example does not explain", () => {
    const explained = new Set(all(example, /^#?([A-Z_]+)=/gmu));
    for (const text of everyFile)
      expect(all(text, /\$\{([A-Z_]+)[:}]/gu).filter((name) => !explained.has(name))).toEqual([]);
  });

  it("are refused at the start while the example's passwords are in place", () => {
    const password = /^MARIADB_PASSWORD=(.*)$/mu.exec(example)?.[1];
    const url = /PARLANCE_DATABASE_URL: (\S+)/u.exec(production)?.[1];
    expect(production).toMatch(/PARLANCE_DATABASE_PASSWORD: \$\{MARIADB_PASSWORD:/u);
    expect(() =>
      readConfig({ PARLANCE_DATABASE_URL: url, PARLANCE_DATABASE_PASSWORD: password }),
    ).toThrow(/PARLANCE_DATABASE_PASSWORD contains a password from an example/u);
  });

  it("ask everybody to sign in, with a secret of one's own", () => {
    expect(production).not.toMatch(/PARLANCE_INSECURE/u);
    expect(worker).not.toMatch(/PARLANCE_INSECURE/u);
    const { accounts } = readConfig({ PARLANCE_HOST: "0.0.0.0" });
    expect(accounts.required).toBe(true);
    expect(production).toMatch(/PARLANCE_SECRET: \$\{PARLANCE_SECRET:\?/u);
    const secret = /^PARLANCE_SECRET=(.*)$/mu.exec(example)?.[1] ?? "";
    expect(() => openKeyring({ current: secret })).toThrow(/PARLANCE_SECRET/u);
    const [proxies = ""] = all(production, /PARLANCE_TRUSTED_PROXIES:-([^}]+)\}/gu);
    expect(readConfig({ PARLANCE_TRUSTED_PROXIES: proxies }).accounts.trustedProxies).toHaveLength(
      3,
    );
  });

  it("open one port in production, and mount only what is there", () => {
    expect(all(production, /^\s+- "[^"]*\}:(\d+)"$/gmu)).toEqual(["8881"]);
    expect(file("..", "nginx", "listen.conf")).toMatch(/^listen 8881;$/mu);
    expect(production.match(/^\s+ports:/gmu)).toHaveLength(1);
    const dockerfiles = all(everyFile.join("\n"), /dockerfile: (\S+)/gu);
    expect(dockerfiles.length).toBe(3);
    for (const path of dockerfiles)
      expect(existsSync(join(import.meta.dirname, "..", "..", path)), path).toBe(true);
  });
});
