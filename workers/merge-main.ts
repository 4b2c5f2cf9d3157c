// A process that makes one merge of an index and ends: its memory then belongs to the machine again. It may be killed at any time.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { IndexError, openIndexStore } from "#index-store/index-store.ts";
import { dropFailedOutput } from "#services/log/log.ts";
import type { FromMerge, MergeTask } from "./merge-process.ts";

dropFailedOutput(process.stdout, process.stderr);
// Its parent is dead, or does not want the merge any more.
process.on("disconnect", () => process.exit(1));

const openVectors = async (url: string) => {
  const { openVectorsDatabase } = await import("#index-store/ann/vectors-database.ts");
  return openVectorsDatabase({ url, called: "PARLANCE_VECTORS_URL" });
};

const merge = async ({ vectorsUrl, collection, ...task }: MergeTask): Promise<FromMerge> => {
  try {
    const database = vectorsUrl === undefined ? undefined : await openVectors(vectorsUrl);
    const elsewhere = database && { database, collection };
    const index = await openIndexStore({ ...task, elsewhere, now: Date.now, newId: randomUUID });
    const version = await index.merge({ atRest: task.atRest });
    await index.close();
    await database?.close();
    return { merged: version !== null };
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    return { error: message, code: error instanceof IndexError ? error.code : null };
  }
};

const [task] = (await once(process, "message")) as [MergeTask];
process.send?.(await merge(task), () => process.exit(0));
