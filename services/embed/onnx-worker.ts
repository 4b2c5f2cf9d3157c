// The worker thread of the ONNX embedder: its own tokenizer and session, a large slice of texts at a time or several small ones.
import { parentPort, workerData } from "node:worker_threads";
import { ParlanceError, type SerializedError, unavailable } from "#services/domain/errors.ts";
import type { BatchBudget } from "./batches.ts";
import { deviceBudget, deviceMemory, isDevice } from "./device.ts";
import type { Pooling } from "./pooling.ts";
import { openSession, type SessionSettings } from "./session.ts";
import {
  embedSlices,
  type SliceOutcome,
  type SliceResult,
  type SliceWork,
  unknownRow,
} from "./slice.ts";
import { openTokenizer } from "./tokenizer.ts";

export interface WorkerSettings extends SessionSettings {
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
  readonly isBag: boolean;
  readonly maxTokens: number;
  readonly budget: BatchBudget;
}

/** null: end after the current work. A thread must not be terminated inside ONNX Runtime, because that crashes the process. */
export type ToWorker = readonly { readonly id: number; readonly work: SliceWork }[] | null;
export type FromWorker =
  | {
      readonly kind: "ready";
      readonly dim: number;
      readonly pooling: Pooling;
      readonly active: string;
      readonly fallback: string | null;
      /** Tokens of a batch at most. */
      readonly batchTokens: number;
    }
  /** What each of the slices in hand got, in their order. */
  | { readonly kind: "embedded"; readonly outcomes: readonly Outcome[] }
  /** The model cannot be opened: the thread ends. */
  | { readonly kind: "unusable"; readonly error: SerializedError };
export type Outcome = { readonly id: number } & (
  | { readonly result: SliceResult }
  | { readonly error: SerializedError }
);

const serialized = (error: unknown): SerializedError =>
  (error instanceof ParlanceError
    ? error
    : unavailable(`Embedding failed: ${error instanceof Error ? error.message : String(error)}`, {
        code: "embedder-failed",
        hint: "Try again; if the error stays, look at the log and choose another model file.",
        cause: error,
      })
  ).toJSON();

const start = async (port: NonNullable<typeof parentPort>) => {
  const settings: WorkerSettings = workerData;
  const send = (message: FromWorker, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  try {
    const session = await openSession(settings);
    const model = {
      session,
      tokenizer: openTokenizer({
        tokenizer: settings.tokenizer,
        config: settings.tokenizerConfig,
        isBag: settings.isBag,
      }),
      maxTokens: settings.maxTokens,
      budget: isDevice(session.active) ? deviceBudget(await deviceMemory()) : settings.budget,
      buckets: isDevice(session.active),
    };
    const unknown = await unknownRow(model);
    const outcomesOf = async (works: readonly SliceWork[]): Promise<readonly SliceOutcome[]> => {
      try {
        return await embedSlices(model, works, unknown);
      } catch (failure) {
        if (works.length === 1) return [{ failure }];
        // It may be the fault of one of them, such as texts that take too much memory.
        const alone: SliceOutcome[] = [];
        for (const work of works) alone.push(...(await outcomesOf([work])));
        return alone;
      }
    };
    const answer = async (slices: NonNullable<ToWorker>) => {
      const buffers: ArrayBuffer[] = [];
      const found = await outcomesOf(slices.map(({ work }) => work));
      const outcomes = slices.map(({ id }, at): Outcome => {
        const outcome = found[at];
        if (outcome === undefined || "failure" in outcome)
          return { id, error: serialized(outcome?.failure) };
        const { result } = outcome;
        buffers.push(result.data.buffer as ArrayBuffer, result.tokens.buffer as ArrayBuffer);
        return { id, result };
      });
      send({ kind: "embedded", outcomes }, buffers);
    };
    let busy = Promise.resolve();
    port.on("message", (message: ToWorker) => {
      busy = busy.then(async () => {
        if (message === null) port.close();
        else await answer(message);
      });
    });
    const { pooling, active, fallback } = session;
    const batchTokens = model.budget.tokens;
    send({ kind: "ready", dim: unknown.length, pooling, active, fallback, batchTokens });
  } catch (error) {
    send({ kind: "unusable", error: serialized(error) });
  }
};

if (parentPort !== null) await start(parentPort);
