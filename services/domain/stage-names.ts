// The stages of the pipeline, by name: settings choose among them, the belt runs them.
export const stageNames = [
  "ingest",
  "chunk",
  "recut",
  "embed",
  "commit",
  "erase",
  "repair",
  "watch",
  "post",
  "analyse",
] as const;
export type StageName = (typeof stageNames)[number];
