// The analysis of a collection, for commands that need one: requested where there is none, and awaited.
import { setTimeout as pause } from "node:timers/promises";
import { type Analysis, analysis } from "#services/contract/analysis.ts";
import { rejected, unavailable } from "#services/domain/errors.ts";
import { ask } from "./client/client.ts";
import type { InCollection } from "./in-collection.ts";

const LOOK_AGAIN_MS = 500;

const say = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

/** Requests an analysis and waits until it is done. @throws ParlanceError with the reason where it fails. */
export const runAnalysis = async (
  { client, path }: InCollection,
  request: { readonly mode: "update" | "refit"; readonly settings?: Analysis["settings"] },
): Promise<Analysis> => {
  await ask(client, analysis, { path: `${path}/analysis`, body: request });
  for (;;) {
    await pause(LOOK_AGAIN_MS);
    const now = await ask(client, analysis, { path: `${path}/analysis` });
    if (now.state === "failed")
      throw unavailable(now.error ?? "The analysis failed.", { code: "analysis-failed" });
    if (now.state === "done" || now.state === "none") {
      say("");
      return now;
    }
    say(`${Math.round(now.progress * 100)} % ${now.doing ?? "waiting"}`);
  }
};

/**
 * The newest analysis; where there is none, one is made.
 * @throws ParlanceError rejected `nothing-to-analyse` where the collection is empty.
 */
export const analysisOf = async (there: InCollection): Promise<Analysis> => {
  const now = await ask(there.client, analysis, { path: `${there.path}/analysis` });
  if (now.id !== null) return now;
  if (there.collection.indexed === 0)
    throw rejected(`“${there.collection.name}” has nothing to analyse yet.`, {
      code: "nothing-to-analyse",
      hint: "Import something first, and wait until it is indexed.",
    });
  return runAnalysis(there, { mode: "update" });
};
