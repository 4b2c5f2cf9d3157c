// Where the programs of private servers are installed, how they are run to their end, and as whom.
import { spawn } from "node:child_process";
import { accessSync, constants, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SystemUser } from "./private-server.ts";

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The path of a program on the PATH or where Debian keeps servers. */
export const findProgram = (name: string): string | undefined =>
  [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"]
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isProgram);

/** The newest path that matches a pattern: PostgreSQL keeps each version in a folder of its own. */
export const findNewest = (pattern: string): string | undefined =>
  globSync(pattern)
    .filter(isProgram)
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .at(-1);

/** Ids of a user of this machine. */
export const systemUser = (name: string): SystemUser | undefined => {
  const [, , uid, gid] =
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((line) => line.startsWith(`${name}:`))
      ?.split(":") ?? [];
  return uid === undefined || gid === undefined
    ? undefined
    : { uid: Number(uid), gid: Number(gid) };
};

/** Runs a program to its end. @throws Error with what it printed where it fails */
export const runProgram = (
  command: string,
  args: readonly string[],
  { user, folder }: { readonly user?: SystemUser | undefined; readonly folder: string },
): Promise<void> =>
  new Promise((done, fail) => {
    const child = spawn(command, args, { ...user, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => (output += bytes));
    child.stderr.on("data", (bytes: Buffer) => (output += bytes));
    child.once("error", fail);
    child.once("close", (code) => {
      if (code === 0) done();
      else fail(new Error(`${command} ended with ${code}:\n${output}`));
    });
  });
