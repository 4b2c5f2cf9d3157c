// What a report is made of: the collection, its overview, its topics and its figures.
import type { Topic } from "#services/contract/analysis.ts";
import type { Figure, Overview } from "#services/contract/figures.ts";

export interface ReportParts {
  readonly collection: {
    readonly name: string;
    readonly description: string;
    readonly zone: string;
  };
  readonly overview: Overview;
  /** Shown ones, parents before children. */
  readonly topics: readonly Topic[];
  readonly figures: readonly Figure[];
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}
