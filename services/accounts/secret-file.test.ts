// Tests of the secret beside the data: made once, by whichever process is first, and kept to its owner.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readOrMakeSecret } from "./secret-file.ts";
import { openKeyring } from "./secrets.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "parlance-secret-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe("the secret of a home", () => {
  it("is made once, readable by its owner alone", async () => {
    const secret = await readOrMakeSecret(home);
    expect(Buffer.from(secret, "base64")).toHaveLength(48);
    expect((await stat(join(home, "secret"))).mode & 0o777).toBe(0o600);
    expect(await readOrMakeSecret(home)).toBe(secret);
    expect(await readdir(home)).toEqual(["secret"]);
    expect(() => openKeyring({ current: secret })).not.toThrow();
  });

  it("is the same for processes that start at once", async () => {
    const script = `const { readOrMakeSecret } = await import(${JSON.stringify(join(import.meta.dirname, "secret-file.ts"))});
      process.stdout.write((await Promise.all([1, 2, 3].map(() => readOrMakeSecret(${JSON.stringify(home)})))).join(" "));`;
    const run = () =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
        cwd: import.meta.dirname,
      });
    const outputs = await Promise.all([run(), run(), run()]);
    const secrets = outputs.flatMap(({ stdout }) => stdout.split(" "));
    expect(secrets).toHaveLength(9);
    expect(new Set(secrets)).toEqual(new Set([await readOrMakeSecret(home)]));
    expect(await readdir(home)).toEqual(["secret"]);
  });

  it("is refused where it is cut off or empty, and is not replaced", async () => {
    for (const damaged of ["", "\n", "c2hvcnQ=\n"]) {
      await writeFile(join(home, "secret"), damaged, { mode: 0o600 });
      await expect(readOrMakeSecret(home)).rejects.toMatchObject({
        kind: "rejected",
        code: "weak-secret",
        hint: expect.stringContaining("backup"),
      });
      expect(await readFile(join(home, "secret"), "utf8")).toBe(damaged);
    }
  });

  it("is refused where everybody can read it", async () => {
    await readOrMakeSecret(home);
    await chmod(join(home, "secret"), 0o644);
    await expect(readOrMakeSecret(home)).rejects.toMatchObject({
      code: "open-secret",
      hint: expect.stringContaining(`chmod 600 ${join(home, "secret")}`),
    });
  });

  it("says what is wrong where it cannot be read or made", async () => {
    await expect(readOrMakeSecret(join(home, "missing"))).rejects.toMatchObject({
      code: "unreadable-secret",
      message: expect.stringContaining("ENOENT"),
    });
    const folder = await mkdtemp(join(home, "x-"));
    await mkdir(join(folder, "secret"), { mode: 0o700 });
    await expect(readOrMakeSecret(folder)).rejects.toMatchObject({
      code: "unreadable-secret",
      message: expect.stringContaining("EISDIR"),
    });
  });
});
