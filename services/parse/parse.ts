// The door of reading: bytes of an upload → conversations, streaming, detected by shape and never by file name.

// biome-ignore lint/performance/noBarrelFile: this is the room's door, and only its names pass through.
export { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
export { parse } from "./detect.ts";
export { type DocumentReader, mayHoldText, openDocumentReader } from "./documents/documents.ts";
export type {
  AttachedFile,
  FindAttached,
  FormatDescription,
  Parse,
  ParseEvent,
  ParseInput,
  ParseLimits,
  ParseOptions,
  ParseProblem,
  WantedColumns,
} from "./events.ts";
export { formats } from "./formats.ts";
