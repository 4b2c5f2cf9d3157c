// Tests of what is said of files for which a collection was made.
import { describe, expect, it } from "vitest";
import { anUpload } from "../../testing/answers.builders.ts";
import { refusedFiles } from "./refused-files.ts";

const failed = anUpload({
  state: "failed",
  filename: "notes.txt",
  error: { code: "not-a-chat-log", message: "This is not a chat log.", hint: null },
});
const barren = anUpload({
  filename: "cut.json",
  problemCount: 1,
  problems: [{ place: "byte 7", code: "cut-off", reason: "The file ends here.", count: 1 }],
  progress: { ...failed.progress, newMessages: 0, knownMessages: 0, changedMessages: 0 },
});
const picture = { name: "cat.png", reason: "It is a picture." };

describe("the files of a new collection", () => {
  it("are refused where nothing came of any of them, each with its reason", () => {
    const all = { files: 3, unsent: [picture], uploads: [failed, barren] };
    expect(refusedFiles(all)).toEqual([
      picture,
      { name: "notes.txt", reason: "This is not a chat log." },
      { name: "cut.json", reason: "The file ends here." },
    ]);
  });

  it("are not told of while one may yet be sent or is being read", () => {
    expect(refusedFiles({ files: 2, unsent: [undefined], uploads: [failed] })).toBeUndefined();
    const reading = anUpload({ state: "reading" });
    expect(refusedFiles({ files: 2, unsent: [], uploads: [failed, reading] })).toBeUndefined();
    expect(refusedFiles({ files: 2, unsent: [], uploads: [failed] })).toBeUndefined();
  });

  it("keep their collection where one was read or stopped, or where there is another's", () => {
    expect(refusedFiles({ files: 2, unsent: [picture], uploads: [anUpload()] })).toEqual([]);
    const stopped = anUpload({ state: "cancelled" });
    expect(refusedFiles({ files: 1, unsent: [], uploads: [stopped] })).toEqual([]);
    expect(refusedFiles({ files: 1, unsent: [], uploads: [failed, failed] })).toEqual([]);
  });
});
