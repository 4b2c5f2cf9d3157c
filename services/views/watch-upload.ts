// An upload's progress: reads the row a few times a second, and adds rate and time left.
import { setTimeout as pause } from "node:timers/promises";
import { isAtRest, type Upload } from "#services/contract/uploads.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { isFinal, readUpload, type Store } from "#services/store/store.ts";

/** The rate covers the last seconds. */
const WINDOW_MS = 4000;

interface Sample {
  readonly at: number;
  readonly messages: number;
  readonly share: number;
}

/** 0 … 1 of the whole work: reading counts as half, embedding and indexing as a quarter each. */
const shareDone = ({ bytes, state, progress }: Upload): number => {
  if (isFinal(state)) return 1;
  if (state === "inspecting") return bytes > 0 ? Math.min(1, progress.bytesRead / bytes) : 0;
  const read = state === "indexing" ? 1 : bytes > 0 ? Math.min(1, progress.bytesRead / bytes) : 0;
  const of = (part: number) => (progress.chunks > 0 ? (part / progress.chunks) * read : read);
  return read * 0.5 + of(progress.embedded) * 0.25 + of(progress.indexed) * 0.25;
};

/** The time left is estimated from the whole time: a file's bytes are counted in large steps, and the last seconds may contain none. */
const withRate = (upload: Upload, begun: Sample, samples: readonly Sample[]): Upload => {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < 500 || isAtRest(upload.state)) return upload;
  const span = last.at - first.at;
  const share = (last.share - begun.share) / Math.max(1, last.at - begun.at);
  return {
    ...upload,
    progress: {
      ...upload.progress,
      rate: ((last.messages - first.messages) * 1000) / span,
      timeLeft: share > 0 ? Math.round((1 - last.share) / share) : null,
    },
  };
};

export interface Watching {
  readonly signal?: AbortSignal;
  /** Milliseconds until the next reading. */
  readonly every: () => number;
  /** Converts the upload before it is yielded; called at every reading. */
  readonly show?: (upload: Upload) => Promise<Upload>;
}

/**
 * Yields the upload whenever something changed: first at once, last at rest; ends there, or when the upload no longer
 * exists, or when the signal is aborted.
 */
export const watchUpload = async function* (
  store: Store,
  id: UploadId,
  options: Watching,
): AsyncGenerator<Upload, void, undefined> {
  const samples: Sample[] = [];
  let begun: Sample | undefined;
  let shown = "";
  while (options.signal?.aborted !== true) {
    const read = await readUpload(store.rows, id);
    if (!read) return;
    const upload = (await options.show?.(read)) ?? read;
    const now = store.now();
    const { newMessages, knownMessages, changedMessages } = upload.progress;
    const sample: Sample = {
      at: now,
      messages: newMessages + knownMessages + changedMessages,
      share: shareDone(upload),
    };
    samples.push(sample);
    begun ??= sample;
    while ((samples[0]?.at ?? now) < now - WINDOW_MS) samples.shift();
    const asText = JSON.stringify(upload);
    if (asText !== shown) {
      shown = asText;
      yield withRate(upload, begun, samples);
    }
    if (isAtRest(upload.state)) return;
    await pause(options.every(), undefined, {
      ...(options.signal ? { signal: options.signal } : {}),
    }).catch((): void => undefined);
  }
};
