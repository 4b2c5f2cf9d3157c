// Tests of the settings: defaults, refused values, and the settings of the language model, which belong together.
import { describe, expect, it } from "vitest";
import { ParlanceError } from "#services/domain/errors.ts";
import { readConfig } from "./config.ts";

const problemOf = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ParlanceError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "none";
};

describe("readConfig", () => {
  it("keeps old versions for a week, for as many days as it is told, or all of them", () => {
    const kept = (text: string) => readConfig({ PARLANCE_KEEP_VERSIONS: text }).keepVersions;
    expect(readConfig({}).keepVersions).toBe(7);
    // Compose files pass empty variables on: that must not drop everything.
    expect(kept("")).toBe(7);
    expect([kept("0"), kept("30"), kept("all")]).toEqual([0, 30, "all"]);
    for (const wrong of ["some", "-1", "1.5"])
      expect(problemOf({ PARLANCE_KEEP_VERSIONS: wrong })).toMatch(
        /^bad-setting: PARLANCE_KEEP_VERSIONS: /,
      );
  });

  it("divides the work between servers only where they share a database", () => {
    const url = "mysql://parlance:8f2c1d@db/parlance";
    for (const setting of [
      { PARLANCE_ROLE: "api" },
      { PARLANCE_ROLE: "worker" },
      { PARLANCE_STAGES: "ingest" },
      { PARLANCE_INDEXES: "/shared/indexes" },
    ]) {
      expect(problemOf(setting)).toMatch(/^needs-database-server: PARLANCE_/);
      expect(problemOf({ ...setting, PARLANCE_DATABASE_URL: url })).toBe("none");
    }
    expect(readConfig({ PARLANCE_ROLE: "", PARLANCE_STAGES: "" })).toMatchObject({
      role: "all",
      concurrency: 1,
      stages: expect.arrayContaining(["ingest", "embed", "commit", "analyse"]),
    });
    const { stages } = readConfig({
      PARLANCE_DATABASE_URL: url,
      PARLANCE_STAGES: " embed, commit ",
    });
    expect(stages).toEqual(["embed", "commit"]);
    expect(problemOf({ PARLANCE_DATABASE_URL: url, PARLANCE_STAGES: "embed,dream" })).toMatch(
      /^bad-setting: PARLANCE_STAGES.*ingest, chunk/,
    );
    expect(problemOf({ PARLANCE_CONCURRENCY: "0" })).toMatch(/^bad-setting/);
  });

  it("takes an empty variable for one that is not set", () => {
    const names = ["HOME", "PORT", "WORKERS", "API_THREADS", "EMBEDDING_MODEL", "LOG", "URL"];
    const empty = Object.fromEntries(names.map((name) => [`PARLANCE_${name}`, ""]));
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it("refuses passwords from examples, but for a server on this machine", () => {
    const database = (password: string, host: string) =>
      problemOf({ PARLANCE_DATABASE_URL: `mysql://parlance:${password}@${host}/parlance` });
    for (const password of ["change-me", "change-me-too", "password", "%63hange-me"])
      expect(database(password, "mariadb")).toMatch(/^example-secret: PARLANCE_DATABASE_URL/);
    expect(database("change-me", "127.0.0.1")).toBe("none");
    expect(database("8f2c1d", "mariadb")).toBe("none");
    const more = { PARLANCE_DATABASE_URL: "mysql://parlance:8f2c1d@mariadb/parlance" };
    expect(problemOf({ ...more, PARLANCE_BROKER_URL: "amqp://guest:guest@rabbitmq/" })).toMatch(
      /^example-secret: PARLANCE_BROKER_URL/,
    );
    expect(problemOf({ AWS_SECRET_ACCESS_KEY: "change-me" })).toMatch(/^example-secret/);
    // The message must not repeat the password.
    expect(database("change-me-too", "mariadb")).not.toMatch("too");
  });

  it("puts a password that is given on its own into the address, whatever signs it has", () => {
    const password = "p@ss/w:o%41r#d?";
    const { databaseUrl, brokerUrl } = readConfig({
      PARLANCE_DATABASE_URL: "postgres://parlance@db:5432/parlance",
      PARLANCE_DATABASE_PASSWORD: password,
      PARLANCE_BROKER_URL: "amqp://parlance@rabbitmq/parlance",
      PARLANCE_BROKER_PASSWORD: password,
    });
    for (const address of [databaseUrl, brokerUrl])
      expect(decodeURIComponent(new URL(address ?? "").password)).toBe(password);
    const twice = {
      PARLANCE_DATABASE_URL: "mysql://parlance:one@db/parlance",
      PARLANCE_DATABASE_PASSWORD: "two",
    };
    expect(problemOf(twice)).toMatch(/^bad-setting: PARLANCE_DATABASE_PASSWORD is set, but/);
    expect(problemOf({ PARLANCE_BROKER_PASSWORD: "two" })).toMatch(/^bad-setting/);
    expect(
      problemOf({
        PARLANCE_DATABASE_URL: "mysql://parlance@db/parlance",
        PARLANCE_DATABASE_PASSWORD: "change-me",
      }),
    ).toMatch(/^example-secret: PARLANCE_DATABASE_PASSWORD/);
  });

  it("takes the address of Redis, with a password but no user, a database, and TLS; refuses another one", () => {
    const redis = (url: string, password?: string) =>
      readConfig({ PARLANCE_REDIS_URL: url, PARLANCE_REDIS_PASSWORD: password }).accounts.redisUrl;
    expect(readConfig({}).accounts.redisUrl).toBeUndefined();
    expect(redis("redis://cache:6379/2")).toBe("redis://cache:6379/2");
    expect(redis("rediss://cache", "s/9 d@x")).toBe("rediss://:s%2F9%20d%40x@cache");
    expect(redis("redis://parlance@cache/0", "x1")).toBe("redis://parlance:x1@cache/0");
    expect(problemOf({ PARLANCE_REDIS_URL: "http://cache:6379" })).toMatch(
      /^bad-setting: PARLANCE_REDIS_URL: redis:\/\/… or rediss:\/\/…/,
    );
    expect(problemOf({ PARLANCE_REDIS_URL: "redis://cache/main" })).toMatch(
      /^bad-setting: PARLANCE_REDIS_URL: “main” is no number of a database/,
    );
    expect(problemOf({ PARLANCE_REDIS_URL: "redis:///0" })).toMatch(
      /^bad-setting: PARLANCE_REDIS_URL/,
    );
    expect(problemOf({ PARLANCE_REDIS_PASSWORD: "x1" })).toMatch(/^bad-setting/);
    expect(problemOf({ PARLANCE_REDIS_URL: "redis://:change-me@cache" })).toMatch(
      /^example-secret: PARLANCE_REDIS_URL/,
    );
    expect(
      problemOf({ PARLANCE_REDIS_URL: "redis://cache", PARLANCE_REDIS_PASSWORD: "password" }),
    ).toMatch(/^example-secret: PARLANCE_REDIS_PASSWORD/);
  });

  it("has no language model until one is configured", () => {
    expect(readConfig({}).llm).toBeUndefined();
    expect(
      readConfig({ PARLANCE_LLM_BASE_URL: "", PARLANCE_LLM_MODEL: "", PARLANCE_LLM_API_KEY: "" })
        .llm,
    ).toBeUndefined();
  });

  it("takes a language model with its address, name, key and prices", () => {
    const env = {
      PARLANCE_LLM_BASE_URL: "http://localhost:11434/v1",
      PARLANCE_LLM_MODEL: "small",
      PARLANCE_LLM_API_KEY: "key",
      PARLANCE_LLM_PRICE_IN: "0.15",
      PARLANCE_LLM_PRICE_OUT: "0.6",
    };
    const config = readConfig(env);
    expect(config.llm).toEqual({
      baseUrl: "http://localhost:11434/v1",
      model: "small",
      apiKey: "key",
      prices: { in: 0.15, out: 0.6 },
    });
    expect(config.unknown).toEqual([]);
    const { PARLANCE_LLM_PRICE_OUT: _, ...withoutPrice } = env;
    expect(readConfig(withoutPrice).llm?.prices).toBeUndefined();
  });

  it("says which setting of a language model is missing or wrong", () => {
    expect(problemOf({ PARLANCE_LLM_MODEL: "small" })).toMatch(
      /^bad-setting: PARLANCE_LLM_BASE_URL/,
    );
    expect(problemOf({ PARLANCE_LLM_BASE_URL: "http://x.example/v1" })).toMatch(
      /^bad-setting: PARLANCE_LLM_MODEL/,
    );
    expect(problemOf({ PARLANCE_LLM_BASE_URL: "file:///x", PARLANCE_LLM_MODEL: "m" })).toMatch(
      /^bad-setting: PARLANCE_LLM_BASE_URL/,
    );
    expect(problemOf({ PARLANCE_LLM_PRICE_IN: "-1" })).toMatch(
      /^bad-setting: PARLANCE_LLM_PRICE_IN/,
    );
  });

  it("lets people register only where mail can be sent, and names what is no domain", () => {
    const registration = (text: string) => {
      const mail = {
        PARLANCE_MAIL_URL: "smtp://mail.example.org",
        PARLANCE_MAIL_FROM: "a@b.org",
        PARLANCE_PUBLIC_URL: "https://chats.example.org",
      };
      return readConfig({ ...mail, PARLANCE_REGISTRATION: text }).accounts.registration;
    };
    expect(readConfig({}).accounts.registration).toBeUndefined();
    expect(["off", "", "*"].map(registration)).toEqual([undefined, undefined, []]);
    expect(registration("Example.org, @sub.example.net")).toEqual([
      "example.org",
      "sub.example.net",
    ]);
    for (const wrong of ["on", "example", "a@example.org", "example.org,", "*,example.org"])
      expect(() => registration(wrong)).toThrow(/^PARLANCE_REGISTRATION: “/);
    for (const text of ["*", "example.org"])
      expect(problemOf({ PARLANCE_REGISTRATION: text })).toMatch(
        /^bad-setting: PARLANCE_REGISTRATION needs mail/,
      );
    expect(problemOf({ PARLANCE_REGISTRATION: "off" })).toBe("none");
  });

  it("needs the address of the server where people sign in elsewhere", () => {
    const providers = { PARLANCE_SIGN_IN_PROVIDERS: "[]" };
    expect(problemOf(providers)).toMatch(/^bad-setting: PARLANCE_SIGN_IN_PROVIDERS/);
    expect(problemOf({ ...providers, PARLANCE_PUBLIC_URL: "https://talk.example.org" })).toBe(
      "none",
    );
  });

  it("lists unknown settings", () => {
    expect(readConfig({ PARLANCE_PROT: "1", HOME: "/" }).unknown).toEqual(["PARLANCE_PROT"]);
  });

  it("refuses pgvector without the server that it searches on", () => {
    const engine = { PARLANCE_INDEX_ENGINE: "pgvector" };
    expect(() => readConfig(engine)).toThrow(/needs a server to search on/);
    const read = readConfig({
      ...engine,
      PARLANCE_VECTORS_URL: "postgres://parlance@10.0.0.9/vectors",
      PARLANCE_VECTORS_PASSWORD: "a/b",
    });
    expect(read.vectorsUrl).toBe("postgres://parlance:a%2Fb@10.0.0.9/vectors");
  });
});
