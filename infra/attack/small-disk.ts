// A small disk for an attack: a tmpfs that can be filled to the last byte and made larger. Mounting needs root.
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly folder: string;
  /** Number of free bytes. */
  free(): number;
  resize(megabytes: number): void;
  /** Writes a file until the disk is full, or until so many bytes are left; returns a function that deletes it. */
  fill(leaveBytes?: number): () => void;
  /** Unmounts the disk with everything on it. */
  remove(): void;
}

/** Whether this user may mount a disk here. */
export const canMount = (): boolean => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), "parlance-mount-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  if (mounted.status === 0) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return mounted.status === 0;
};

export const openSmallDisk = (megabytes: number): SmallDisk => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-disk-"));
  const mount = (...args: string[]) => execFileSync("mount", [...args, folder]);
  mount("-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs");
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  let ballasts = 0;
  return {
    folder,
    free,
    resize: (size) => mount("-o", `remount,size=${size}m`),
    fill(leaveBytes = 0) {
      const path = join(folder, `ballast-${ballasts++}`);
      const file = openSync(path, "w");
      const piece = Buffer.alloc(1024 * 1024);
      try {
        for (;;) {
          const room = leaveBytes === 0 ? piece.length : free() - leaveBytes;
          if (room <= 0) break;
          writeSync(file, piece, 0, Math.min(room, piece.length));
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        closeSync(file);
      }
      return () => rmSync(path, { force: true });
    },
    remove() {
      execFileSync("umount", ["--lazy", folder]);
      rmSync(folder, { recursive: true });
    },
  };
};
