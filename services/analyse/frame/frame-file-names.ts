// The files that a frame is kept in.

/** File name → bytes. */
export type FrameFiles = ReadonlyMap<string, Uint8Array>;

export const frameFileNames = [
  "messages.arrow",
  "points.arrow",
  "conversations.arrow",
  "names.arrow",
] as const;
