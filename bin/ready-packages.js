// Whether the packages of the lockfile are installed, whoever installed them: npm writes down last what it has installed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const packagesOf = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages ?? {};
  } catch {
    // Not there, or cut off when npm was stopped: then nothing is known to be installed.
    return undefined;
  }
};

/** True where each package is there in the locked version; those for other systems may be missing. */
export const packagesAreReady = (folder) => {
  const locked = packagesOf(join(folder, "package-lock.json"));
  const installed = packagesOf(join(folder, "node_modules", ".package-lock.json"));
  if (locked === undefined || installed === undefined) return false;
  return Object.entries(locked).every(([path, { version, integrity, optional }]) => {
    if (path === "") return true;
    const own = installed[path];
    if (own === undefined) return optional === true;
    return (
      own.version === version &&
      own.integrity === integrity &&
      existsSync(join(folder, path, "package.json"))
    );
  });
};
