// The chunks that an analysis reads of a version, with their vectors: those of messages.
import type { VersionRows } from "#index-store/index-store.ts";
import { isExchangeId } from "#services/domain/ids.ts";

export type ChunkVectors = Pick<VersionRows, "dim" | "ids" | "scan">;

const isMessage = (id: string): boolean => !isExchangeId(id);

/** The rows without exchanges, which only say again what messages say. */
export const chunksOfMessages = (rows: VersionRows): ChunkVectors => ({
  dim: rows.dim,
  async *ids() {
    for await (const ids of rows.ids()) yield ids.filter(isMessage);
  },
  scan: (batchRows, wanted = () => true) =>
    rows.scan(batchRows, (id) => isMessage(id) && wanted(id)),
});
