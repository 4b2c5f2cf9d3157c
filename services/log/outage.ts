// An outage: what fails again and again is said when it begins, when it fails for another reason, and when it is over.

export interface Outage {
  failed(error: unknown): void;
  /** It worked. Says nothing unless it failed before. */
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
