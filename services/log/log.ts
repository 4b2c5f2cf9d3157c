// Output for whoever runs Parlance: lines on standard error, and a promise that output that cannot be written kills nothing.
import { writeSync } from "node:fs";
import pino from "pino";

/** A terminal that closed, a full disk under a redirection, a pipe that nobody reads fast enough. */
const isOutputFailure = (error: unknown): boolean =>
  ["EPIPE", "ENOSPC", "EDQUOT", "EAGAIN", "EIO", "EBADF", "ERR_STREAM_DESTROYED"].includes(
    (error as NodeJS.ErrnoException | null)?.code ?? "",
  );

/**
 * What cannot be written to these streams is dropped, from now on: no error is thrown, and none ends the process.
 * For what is said beside the work; what a command was asked to print must not get lost in silence.
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

/** Writes to a file descriptor at once, and drops what cannot be written. */
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

/** A log of JSON lines; one that cannot be written is dropped, and the next one tried again. */
export const openLog = (level: string, fd = 2): Log => pino({ level, base: null }, dropping(fd));
