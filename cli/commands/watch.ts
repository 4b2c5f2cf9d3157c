// `parlance watch`: keeps a collection in step with a folder of agents' sessions.
import { type FSWatcher, watch as watchFolder } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "citty";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import { count, line, printable, printFailure } from "../client/output.ts";
import { findOrMakeCollection } from "../collections.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";
import { reportUpload } from "../upload-report.ts";
import { openKeeper } from "../watch/in-step.ts";

const SECOND = 1000;
/** The folder is looked at so often in any case: notices of changes get lost on network drives, and where there are too many folders. */
const SWEEP_MS = 60 * SECOND;
/** While something is being written, or read by the server. */
const SOON_MS = SECOND;
/** After the server could not be reached. */
const RETRY_MS = 15 * SECOND;

/** @throws ParlanceError rejected `no-such-file` | `not-a-folder` */
const checkFolder = async (folder: string): Promise<void> => {
  const found = await stat(folder).catch((cause: unknown) => {
    throw rejected(`${folder} cannot be read: there is no such folder.`, {
      code: "no-such-file",
      hint: "Check the path; Claude Code writes to ~/.claude/projects, Codex to ~/.codex/sessions.",
      cause,
    });
  });
  if (!found.isDirectory())
    throw rejected(`${folder} is a file: only folders are watched.`, {
      code: "not-a-folder",
      hint: "`parlance import` reads a single file.",
    });
};

/** Seconds as they were typed. */
const restOf = (text: string): number => {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds >= 0 && seconds <= 86_400) return seconds * SECOND;
  throw misuse(`--rest takes a number of seconds, not “${text}”.`, "Say --rest 10.");
};

/** Wakes whoever waits when something changes below the folder. */
const openBell = (folder: string) => {
  let ring: (() => void) | undefined;
  let isRung = false;
  const notice = () => {
    isRung = true;
    ring?.();
  };
  let watcher: FSWatcher | undefined;
  const without = (error: Error) => {
    watcher?.close();
    watcher = undefined;
    process.stderr.write(
      `Changes are not noticed at once (${printable(error.message)}): the folder is looked at every minute.\n`,
    );
  };
  try {
    watcher = watchFolder(folder, { recursive: true }, notice);
    watcher.on("error", without);
  } catch (error) {
    without(error instanceof Error ? error : new Error(String(error)));
  }
  return {
    /** Until something changes, at most so long. */
    async wait(ms: number, signal: AbortSignal): Promise<void> {
      const woken = Promise.withResolvers<void>();
      // What happened during the last look may have been missed by it.
      if (isRung) woken.resolve();
      isRung = false;
      ring = woken.resolve;
      const waiting = new AbortController();
      const stop = () => waiting.abort();
      signal.addEventListener("abort", stop, { once: true });
      const time = sleep(ms, undefined, { signal: waiting.signal }).catch(() => undefined);
      await Promise.race([time, woken.promise]);
      signal.removeEventListener("abort", stop);
      waiting.abort();
      ring = undefined;
    },
    close: () => watcher?.close(),
  };
};

/** A signal that is given by Ctrl-C, and by whoever asks the process to end. */
const untilStopped = (): AbortSignal => {
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stopped.abort());
  return stopped.signal;
};

export const watch = defineCommand({
  meta: {
    name: "watch",
    description:
      "Keep a collection in step with a folder of coding agents' sessions: new and changed files are sent when they have come to rest",
  },
  args: {
    folder: {
      type: "positional",
      required: true,
      description: "The folder, with all folders below it: ~/.claude/projects, ~/.codex/sessions",
    },
    collection: {
      type: "string",
      alias: "c",
      default: "Sessions",
      description: "Name of the collection (made where it does not exist)",
    },
    model: {
      type: "string",
      description: "Embedding model of a new collection, one of `parlance models`",
    },
    rest: {
      type: "string",
      default: "10",
      description: "Seconds for which a file must not have changed",
    },
    once: { type: "boolean", description: "Send what is new, wait until it was read, and end" },
  },
  async run({ args }) {
    const folder = resolve(args.folder);
    const restMs = restOf(args.rest);
    await checkFolder(folder);
    const client = await openClient();
    try {
      if (client.local)
        throw rejected("No server is running that could be kept in step.", {
          code: "no-server",
          hint: "Start one with `parlance serve`, or name one in PARLANCE_URL.",
        });
      const { target } = await findOrMakeCollection(client, args.collection, args.model);
      let failed = 0;
      const keeper = openKeeper(
        { client, collection: target.id, folder, restMs, now: Date.now },
        {
          sent: (file) => line(`→ ${printable(file.name)}  ${count(file.size)} bytes`),
          ended(name, done) {
            if (done.state === "failed") failed += 1;
            reportUpload(done, { name });
          },
          refused(name, problem) {
            failed += 1;
            process.stderr.write(`${printable(name)}: `);
            printFailure(problem, false);
          },
        },
      );
      const signal = untilStopped();
      const bell = openBell(folder);
      line(
        `Watching ${printable(folder)} for “${printable(target.name)}” at ${client.where}. ${args.once === true ? "" : "Ctrl-C ends it; nothing is sent twice."}`.trim(),
      );
      try {
        await keep(keeper, bell, { once: args.once === true, signal });
      } finally {
        bell.close();
      }
      if (failed > 0 && args.once === true) process.exitCode = 1;
    } finally {
      await client.close();
    }
  },
});

/** Looks, follows and waits, until it is stopped or, once, until everything was read. */
const keep = async (
  keeper: ReturnType<typeof openKeeper>,
  bell: ReturnType<typeof openBell>,
  { once, signal }: { readonly once: boolean; readonly signal: AbortSignal },
): Promise<void> => {
  let isAway = false;
  while (!signal.aborted) {
    let next = SWEEP_MS;
    try {
      const { files, restless } = await keeper.look();
      await keeper.follow();
      if (isAway) line("The server answers again.");
      isAway = false;
      const isBusy = restless > 0 || keeper.waiting > 0;
      if (once && !isBusy) {
        line(`${count(files)} session files are in step.`);
        return;
      }
      if (isBusy) next = SOON_MS;
    } catch (error) {
      if (!(error instanceof ParlanceError) || error.kind !== "unavailable") throw error;
      if (once) throw error;
      if (!isAway) printFailure(error, false);
      isAway = true;
      next = RETRY_MS;
    }
    await bell.wait(next, signal);
  }
  line("Stopped.");
};
