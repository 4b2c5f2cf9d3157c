// The parts of a report: the collection, its overview, topics and figures.
import type { Topic } from "#services/contract/analysis.ts";
import type { Figure, Overview } from "#services/contract/figures.ts";
import type { EnglishForm } from "#services/domain/english.ts";

export interface ReportParts {
  readonly collection: {
    readonly name: string;
    readonly description: string;
    readonly zone: string;
  };
  readonly overview: Overview;
  /** Shown topics, parents before children. */
  readonly topics: readonly Topic[];
  readonly figures: readonly Figure[];
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** In which dates and numbers are written. */
  readonly form: EnglishForm;
}
