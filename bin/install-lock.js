// One installation at a time in a clone, and none under a program that runs from it. Plain files: nothing is installed yet.
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const LOOK_AGAIN_MS = 200;

/** When a process was started, where the system tells: a number may be that of another process by now. */
const startOf = (pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    // No such process, or no such file on this system.
    return "";
  }
};

const named = (pid) => `${pid} ${startOf(pid)}`;

/** Whether the process that wrote its name still runs. */
const runs = (name) => {
  const [pid, start = ""] = name.split(" ");
  if (!/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    // Another person's process runs too.
    if (error.code !== "EPERM") return false;
  }
  return start === "" || start === startOf(pid);
};

const read = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It is gone, or was never there.
    return undefined;
  }
};

/** A file that is there whole or not at all, and is never written over. @returns whether it was not there before */
const place = (path, text) => {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, text);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
};

/** Takes a lock away that a process left behind when it died. */
const clear = (path, left) => {
  const aside = `${path}.left.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    // Somebody else has cleared it.
    return;
  }
  // Taken anew in between: it is put back.
  if (read(aside) !== left) place(path, read(aside) ?? "");
  rmSync(aside, { force: true });
};

const unwritable = new Set(["EACCES", "EPERM", "EROFS"]);

/**
 * Does work while no other process does it in this folder.
 * @param onWait called once, with the number of the process that is waited for
 */
export const withLock = async (folder, work, onWait) => {
  const path = join(folder, ".parlance-install.lock");
  const mine = named(process.pid);
  for (let told = false; ; ) {
    try {
      if (place(path, mine)) break;
    } catch (error) {
      // Where nothing can be written, nothing can be installed either.
      if (unwritable.has(error.code)) return work();
      throw error;
    }
    const holder = read(path);
    if (holder === undefined) continue;
    if (!runs(holder)) {
      clear(path, holder);
      continue;
    }
    if (!told) onWait(Number(holder.split(" ")[0]));
    told = true;
    await pause(LOOK_AGAIN_MS);
  }
  const release = () => {
    if (read(path) === mine) rmSync(path, { force: true });
  };
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
};

const usersOf = (folder) => join(folder, ".parlance-running");

/** Says that a process runs from the packages of this folder, until this one ends. */
export const use = (folder, pid) => {
  const path = join(usersOf(folder), String(pid));
  try {
    mkdirSync(usersOf(folder), { recursive: true });
    writeFileSync(path, named(pid));
  } catch (error) {
    if (!unwritable.has(error.code)) throw error;
    return;
  }
  process.on("exit", () => rmSync(path, { force: true }));
};

/** The processes that run from the packages of this folder, this one left out. */
export const usersNow = (folder) => {
  let names = [];
  try {
    names = readdirSync(usersOf(folder));
  } catch {
    // Nobody has ever run from here.
  }
  return names
    .filter((name) => name !== String(process.pid))
    .filter((name) => {
      const path = join(usersOf(folder), name);
      if (runs(read(path) ?? "")) return true;
      rmSync(path, { force: true });
      return false;
    })
    .map(Number);
};
