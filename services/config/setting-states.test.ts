// Where the value of each setting comes from: the command line, the environment, a file in the home, or nobody; never a secret.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { environment, readConfig } from "./config.ts";
import { readSettings } from "./setting-list.ts";
import { settingStates, unknownSettings } from "./setting-states.ts";

const stateOf = (name: string, env: Record<string, string>, typed: readonly string[] = []) =>
  settingStates(readConfig(env, typed)).find((one) => one.name === name);

describe("the settings", () => {
  it("are all of the schemas, each with a meaning and the default of the schema", () => {
    const states = settingStates(readConfig({}));
    expect(states.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(environment.shape).toSorted(),
    );
    expect(states.map(({ name }) => name)).toEqual(readSettings().map(({ name }) => name));
    for (const { name, meaning } of states) expect(meaning, name).toMatch(/\w{3}.*\w{3}/u);
    expect(stateOf("PARLANCE_MAX_UPLOAD_BYTES", {})).toMatchObject({
      value: String(10 * 1024 ** 3),
      default: String(10 * 1024 ** 3),
      source: "default",
    });
    expect(stateOf("PARLANCE_FAISS", {})?.allowed).toEqual(["auto", "off"]);
  });

  it("have the value that is in force, also where the machine decides it", () => {
    expect(stateOf("PARLANCE_API_THREADS", {})?.value).toMatch(/^[24]$/u);
    expect(stateOf("PARLANCE_KEEP_VERSIONS", {})?.value).toBe("7");
    expect(stateOf("PARLANCE_HOME", { PARLANCE_HOME: "/srv/chats" })).toMatchObject({
      value: "/srv/chats",
      default: "./data",
      source: "environment",
    });
    expect(stateOf("PARLANCE_INDEXES", {})?.value).toBeNull();
    // Compose files pass empty variables on.
    expect(stateOf("PARLANCE_PORT", { PARLANCE_PORT: "" })).toMatchObject({
      value: "8787",
      source: "default",
    });
  });

  it("say which of them stood on the command line", () => {
    const env = { PARLANCE_PORT: "9000", PARLANCE_ZONE: "Europe/Berlin" };
    expect(stateOf("PARLANCE_PORT", env, ["PARLANCE_PORT"])?.source).toBe("command-line");
    expect(stateOf("PARLANCE_ZONE", env, ["PARLANCE_PORT"])?.source).toBe("environment");
  });

  it("tell no secret and no password in an address, only that there is one", () => {
    const secrets = {
      PARLANCE_SECRET: "s3cr3t-a",
      PARLANCE_SECRET_PREVIOUS: "s3cr3t-b",
      PARLANCE_LLM_API_KEY: "s3cr3t-c",
      PARLANCE_DATABASE_PASSWORD: "s3cr3t-d",
      PARLANCE_VECTORS_PASSWORD: "s3cr3t-e",
      PARLANCE_LDAP: '{"bindPassword":"s3cr3t-f"}',
    };
    const states = settingStates(
      readConfig({
        ...secrets,
        PARLANCE_DATABASE_URL: "mysql://parlance@db/parlance",
        PARLANCE_VECTORS_URL: "postgres://parlance@db/parlance",
        PARLANCE_BROKER_URL: "amqp://parlance:s3cr3t-g@mq/parlance",
        PARLANCE_BLOBS_URL: "s3://bucket/chats?secret=s3cr3t-h",
      }),
    );
    expect(JSON.stringify(states)).not.toContain("s3cr3t");
    for (const name of Object.keys(secrets))
      expect(states.find((one) => one.name === name)).toMatchObject({
        value: null,
        isSecret: true,
        isSet: true,
      });
    expect(stateOf("PARLANCE_LDAP", { PARLANCE_LDAP: "/etc/parlance/ldap.json" })?.value).toBe(
      "/etc/parlance/ldap.json",
    );
    const named = states.filter(({ name }) => /SECRET|PASSWORD|API_KEY/u.test(name));
    expect(named.filter(({ isSecret }) => !isSecret).map(({ name }) => name)).toEqual([
      "PARLANCE_OWNER_PASSWORD_FILE",
    ]);
  });

  it("name the home's file as where the secret comes from, once there is one", () => {
    const home = mkdtempSync(join(tmpdir(), "parlance-settings-"));
    try {
      const secret = () => stateOf("PARLANCE_SECRET", { PARLANCE_HOME: home });
      expect(secret()).toMatchObject({ source: "default", isSet: false });
      writeFileSync(join(home, "secret"), "made by the server");
      expect(secret()).toMatchObject({ source: "home", isSet: true, value: null });
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});

describe("unknown settings", () => {
  it("are told with the known name that each is nearest to", () => {
    const config = readConfig({
      PARLANCE_PROT: "1",
      PARLANCE_QUITE_ELSE: "1",
      PARLANCE_LOG: "info",
    });
    expect(unknownSettings(config)).toEqual([
      { name: "PARLANCE_PROT", near: "PARLANCE_PORT" },
      { name: "PARLANCE_QUITE_ELSE", near: null },
    ]);
  });
});
