// Repeated failures are reported when they begin, when the reason changes, and when they end.

export interface Outage {
  failed(error: unknown): void;
  /** To be called after a success. Reports only the end of failures. */
  worked(): void;
}

/** @param what does not work, as the beginning of a line: "jobs", "leases of worker ingest" */
export const openOutage = (what: string, say: (line: string) => void): Outage => {
  let reason: string | undefined;
  return {
    failed(error) {
      const now = error instanceof Error ? error.message : String(error);
      if (now === reason) return;
      reason = now;
      say(`${what}: ${now}`);
    },
    worked() {
      if (reason === undefined) return;
      reason = undefined;
      say(`${what}: works again`);
    },
  };
};
