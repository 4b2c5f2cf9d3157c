// The analysis of a collection in responses: the current one, and what the newest finished one found.
import type { Analysis } from "#services/contract/analysis.ts";
import { isExchangeId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  type CollectionRow,
  currentAnalysis,
  erasingOrigins,
  listAnalyses,
  newestDone,
  pendingEdits,
  settingsOf,
  triesOfAnalysis,
} from "#services/store/store.ts";

/**
 * False where both versions have the same chunks of messages: merging and tagging create versions without new content, and exchanges
 * are not analysed.
 */
const isStale = async (
  parlance: Parlance,
  row: CollectionRow,
  version: number | null,
): Promise<boolean> => {
  if (version === null || row.version === null || row.version === version) return false;
  const index = await parlance.indexes.open(row.id);
  const { added, removed } = await index.diff(version, row.version);
  return [...added, ...removed].some((id) => !isExchangeId(id));
};

export const viewAnalysis = async (parlance: Parlance, row: CollectionRow): Promise<Analysis> => {
  const { rows } = parlance.store;
  const [current, done, settings, edits, kept, erasing] = await Promise.all([
    currentAnalysis(rows, row.id),
    newestDone(rows, row.id),
    settingsOf(rows, row.id),
    pendingEdits(rows, row.id),
    listAnalyses(rows, row.id),
    erasingOrigins(rows, row.id),
  ]);
  // An erasure ends with the request of a new analysis, under the same condition (analyseWhatIsLeft).
  const follows = erasing.length > 0 && (kept.length > 0 || settings.automatic);
  const state = follows && current?.state !== "running" ? "waiting" : (current?.state ?? "none");
  const busy = state === "waiting" || state === "running";
  const { attempt, ...tries } = await triesOfAnalysis(rows, row.id);
  return {
    id: done?.id ?? null,
    state,
    renewed: done === undefined && busy && kept.some((one) => one.state === "withdrawn"),
    progress: current?.progress ?? 0,
    doing: current?.doing ?? null,
    version: done?.version ?? null,
    // While an analysis runs, this is not computed, because it takes a comparison of versions each time.
    stale: !busy && (await isStale(parlance, row, done?.version ?? null).catch(() => true)),
    pendingEdits: edits,
    settings,
    points: done?.points ?? 0,
    messages: done?.messages ?? 0,
    topics: done?.topics ?? 0,
    quality: done?.quality ?? null,
    startedAt: (busy ? current?.startedAt : done?.startedAt) ?? null,
    finishedAt: done?.finishedAt ?? null,
    steps: (done?.steps ?? []).map(({ name, seconds }) => ({ name, seconds })),
    llm: done?.llm ?? null,
    error: state === "failed" ? (current?.error ?? null) : null,
    ...(attempt === undefined ? {} : { attempt }),
    ...tries,
  };
};
