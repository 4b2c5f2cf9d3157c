// Files of messages that have the same name, told apart by their folders and sizes.
import { describe, expect, it } from "vitest";
import { openAttachedFiles } from "./attached-files.ts";

describe("of several files of one name", () => {
  const file = (path: string, size: number) => ({ path, size, bytes: async function* () {} });
  const wanted = { name: "a.png", mediaType: null, size: 5, file: "a.png" };

  it("the one of the right size below the log's folder is taken, and otherwise none", () => {
    const files = openAttachedFiles([file("x/a.png", 4), file("y/a.png", 5), file("y/z/a.png", 6)]);
    expect(files.beside("x/log.json")(wanted)).toBeUndefined();
    expect(files.beside("x/log.json")({ ...wanted, size: null })?.path).toBe("x/a.png");
    expect(files.beside("log.json")(wanted)?.path).toBe("y/a.png");
    expect(files.beside("log.json")({ ...wanted, size: null })).toBeUndefined();
    expect(files.beside("other/log.json")(wanted)).toBeUndefined();
    expect(files.beside("x/a.png")({ ...wanted, size: 4 })).toBeUndefined();
  });

  it("one elsewhere is taken where its folder is known, if it is of the right size", () => {
    const files = openAttachedFiles([file("x/b/a.png", 4), file("y/b/a.png", 5)]);
    const find = files.beside("log.json");
    expect(find({ ...wanted, file: "b/a.png" })?.path).toBe("y/b/a.png");
    expect(find({ ...wanted, file: "b/a.png", size: 7 })).toBeUndefined();
    expect(find({ ...wanted, file: "b/a.png", size: null })).toBeUndefined();
  });

  it("in folders whose names differ in case, each log has its own", () => {
    const files = openAttachedFiles([file("Anna/a.png", 5), file("anna/a.png", 5)]);
    for (const folder of ["Anna", "anna"])
      expect(files.beside(`${folder}/log.json`)(wanted)?.path).toBe(`${folder}/a.png`);
  });

  /** Milliseconds to tell as many apart, for each of them. */
  const costOfEach = (count: number): number => {
    const paths = Array.from({ length: count }, (_, nth) => `chats/chat ${nth}/image.png`);
    const files = openAttachedFiles(paths.map((path, nth) => file(path, nth)));
    const started = performance.now();
    for (const [nth] of paths.entries()) {
      const named = { ...wanted, size: null, file: `chat ${nth}/image.png` };
      expect(files.beside("log.json")(named)?.path).toBe(paths[nth]);
      const find = files.beside(`other/chat ${nth}/log.json`);
      expect(find({ ...wanted, size: null, file: "image.png" })).toBeUndefined();
      expect(find({ ...wanted, size: null, file: "gone/image.png" })).toBeUndefined();
      expect(files.beside("log.json")({ ...wanted, size: nth, file: "image.png" })?.path).toBe(
        paths[nth],
      );
    }
    return (performance.now() - started) / count;
  };

  it("ten thousand are told apart as fast as a thousand", () => {
    const few = costOfEach(1000);
    // Ten times where each is compared with all others.
    expect(costOfEach(10_000) / few).toBeLessThan(5);
  });
});
