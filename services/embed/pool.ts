// Several models at once: each opened when it is asked for, the ones that were used last kept within a budget, the others closed.
import { openedOnce } from "#services/domain/opened-once.ts";
import type { Embedder } from "./embedder.ts";
import type { ResolvedModel } from "./registry.ts";
import { openTokenCounter, type TokenCounter } from "./token-counter.ts";

export interface ModelPoolOptions {
  /** Where a model's files are. @param name undefined: the one for collections that have none yet */
  readonly find: (name: string | undefined) => Promise<ResolvedModel>;
  readonly open: (model: ResolvedModel) => Promise<Embedder>;
  /** Bytes of the files of all models that are open together; the one that was used last stays open whatever its size. */
  readonly budgetBytes: number;
  /** Milliseconds after which a model that nobody asks is closed; the default one stays. */
  readonly idleMs: number;
}

export interface ModelPool {
  /**
   * The embedder stays usable whatever is closed meanwhile: it opens its model again when it is asked.
   * @param name undefined: the default
   * @throws ParlanceError as `find` and `openOnnxEmbedder`; tried again at the next call, but not within some seconds
   */
  open(name?: string): Promise<Embedder>;
  /** Counts tokens without opening the model. */
  counter(name?: string): Promise<TokenCounter>;
  /** Ids of the models that are open. */
  loaded(): string[];
  close(): Promise<void>;
}

/** So long a model that could not be opened is not tried again: each try may take seconds. */
const RETRY_MS = 5000;
/** Looks for idle models so many times within the time after which they are closed. */
const LOOKS = 4;

/** A model that was asked for. */
class Slot {
  readonly model: ResolvedModel;
  readonly counter: () => Promise<TokenCounter>;
  isDefault = false;
  busy = 0;
  usedAt = performance.now();
  #opened: Promise<Embedder> | undefined;
  #failed: { readonly error: unknown; readonly at: number } | undefined;
  readonly #open: () => Promise<Embedder>;

  constructor(model: ResolvedModel, open: (model: ResolvedModel) => Promise<Embedder>) {
    this.model = model;
    this.counter = openedOnce(() => openTokenCounter(model.path));
    this.#open = () => open(model);
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** Of its files, once it is open. */
  bytes = 0;

  embedder(): Promise<Embedder> {
    const failed = this.#failed;
    if (failed !== undefined && performance.now() - failed.at < RETRY_MS)
      return Promise.reject(failed.error);
    this.#opened ??= this.#open().then(
      (embedder) => {
        this.bytes = embedder.model.bytes ?? 0;
        return embedder;
      },
      (error: unknown) => {
        this.#opened = undefined;
        this.#failed = { error, at: performance.now() };
        throw error;
      },
    );
    return this.#opened;
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await (await opened?.catch((): undefined => undefined))?.close();
  }
}

export const openModelPool = (options: ModelPoolOptions): ModelPool => {
  const { find, open, budgetBytes, idleMs } = options;
  const slots = new Map<string, Slot>();

  const closeSome = async (): Promise<void> => {
    const oldest = [...slots.values()]
      .filter(({ isOpen }) => isOpen)
      .sort((a, b) => a.usedAt - b.usedAt);
    let bytes = oldest.reduce((sum, slot) => sum + slot.bytes, 0);
    const now = performance.now();
    for (const slot of oldest) {
      const isIdle = now - slot.usedAt > idleMs && !slot.isDefault;
      const isTooMuch = bytes > budgetBytes && slot !== oldest.at(-1);
      if (slot.busy > 0 || !(isIdle || isTooMuch)) continue;
      bytes -= slot.bytes;
      await slot.close();
    }
  };
  const looking = setInterval(() => void closeSome(), Math.max(10, idleMs / LOOKS));
  looking.unref();

  /** Another place under the same name is another model. */
  const slotOf = async (name: string | undefined): Promise<Slot> => {
    const model = await find(name);
    const known = slots.get(model.id);
    if (known?.model.path === model.path) {
      known.isDefault ||= name === undefined;
      return known;
    }
    const slot = new Slot(model, open);
    slot.isDefault = name === undefined;
    slots.set(model.id, slot);
    await known?.close();
    return slot;
  };

  const using = async <T>(slot: Slot, work: (embedder: Embedder) => Promise<T>): Promise<T> => {
    slot.busy += 1;
    slot.usedAt = performance.now();
    try {
      const wasOpen = slot.isOpen;
      const embedder = await slot.embedder();
      if (!wasOpen) await closeSome();
      return await work(embedder);
    } finally {
      slot.busy -= 1;
      slot.usedAt = performance.now();
    }
  };

  return {
    async open(name) {
      const slot = await slotOf(name);
      return using(slot, async ({ model, providers, countTokens }) => ({
        model,
        providers,
        countTokens,
        embed: (texts, wishes) => using(slot, (embedder) => embedder.embed(texts, wishes)),
        close: () => slot.close(),
      }));
    },
    counter: async (name) => (await slotOf(name)).counter(),
    loaded: () => [...slots.values()].filter(({ isOpen }) => isOpen).map(({ model }) => model.id),
    async close() {
      clearInterval(looking);
      await Promise.all([...slots.values()].map((slot) => slot.close()));
    },
  };
};
