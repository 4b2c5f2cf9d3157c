// Output for the person who runs Parlance: lines on standard error; output that cannot be written never ends the process.
import { writeSync } from "node:fs";
import pino from "pino";

/** A closed terminal, a full disk behind a redirection, a pipe whose reader is too slow. */
const isOutputFailure = (error: unknown): boolean =>
  ["EPIPE", "ENOSPC", "EDQUOT", "EAGAIN", "EIO", "EBADF", "ERR_STREAM_DESTROYED"].includes(
    (error as NodeJS.ErrnoException | null)?.code ?? "",
  );

/**
 * From now on, output to these streams that cannot be written is dropped: no error is thrown, and none ends the process.
 * Only for messages beside the work; output that a command was asked for must not be lost silently.
 */
export const dropFailedOutput = (...streams: readonly NodeJS.WritableStream[]): void => {
  for (const stream of streams) {
    stream.on("error", (error: unknown) => {
      if (!isOutputFailure(error)) throw error;
    });
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (...args: unknown[]) => {
      try {
        return write(...args);
      } catch (error) {
        if (isOutputFailure(error)) return true;
        throw error;
      }
    };
  }
};

/** Writes to a file descriptor synchronously, and drops what cannot be written. */
const dropping = (fd: number) => ({
  write(line: string): void {
    try {
      writeSync(fd, line);
    } catch (error) {
      if (!isOutputFailure(error)) throw error;
    }
  },
});

export type Log = pino.Logger;

/** A log of JSON lines; a line that cannot be written is dropped, and the next one is tried again. */
export const openLog = (level: string, fd = 2): Log => pino({ level, base: null }, dropping(fd));
