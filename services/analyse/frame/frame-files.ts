// A frame to and from its files, by code that is loaded only then: Arrow is 150 modules, and most processes need none of them.
import type { Frame } from "./frame-columns.ts";
import type { FrameFiles } from "./frame-file-names.ts";

export const encodeFrame = async (frame: Frame): Promise<FrameFiles> =>
  (await import("./frame-file.ts")).encodeFrame(frame);

/** @throws RangeError where a file is missing; Error of Arrow where one is damaged. */
export const decodeFrame = async (files: FrameFiles): Promise<Frame> =>
  (await import("./frame-file.ts")).decodeFrame(files);
