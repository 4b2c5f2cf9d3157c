// Frames written and read again.
import { tableFromIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { openFrameBuilder } from "./frame-builder.ts";
import { type Frame, type FramePoints, NO_SENTIMENT, topicOfMessages } from "./frame-columns.ts";
import { decodeFrame, encodeFrame } from "./frame-file.ts";

const points = (ids: readonly string[], topics: readonly number[]): FramePoints => ({
  count: ids.length,
  ids: { length: ids.length, at: (row) => ids[row] ?? "" },
  message: Uint32Array.from(ids, (_, row) => row),
  topic: Int32Array.from(topics),
  similarity: Float32Array.from(ids, () => 0.5),
  x: Float32Array.from(ids, (_, row) => row),
  y: Float32Array.from(ids, (_, row) => -row),
});

const twoTalks = (): Frame => {
  const builder = openFrameBuilder();
  const told = { language: "de", model: null, length: 12, sentiment: 40, flags: 2, point: 0 };
  builder.conversation({ id: "cnv_1", title: "Übung 🎈", source: "slack", channel: "#a" });
  builder.message({ id: "msg_1", author: "Anna", role: "person", at: 1000, ...told });
  builder.message({ ...told, id: "msg_2", author: "Bo", role: "user", at: null, point: 1 });
  builder.conversation({ id: "cnv_2", title: null, source: "irc", channel: null });
  builder.message({
    id: "msg_3",
    author: "Anna",
    role: "assistant",
    at: 3000,
    language: null,
    model: "m-1",
    length: 3,
    sentiment: NO_SENTIMENT,
    flags: 0,
    point: -1,
  });
  return builder.build("chunk", points(["chk_1", "chk_2"], [4, -1]));
};

const texts = (of: { length: number; at(row: number): string }) =>
  Array.from({ length: of.length }, (_, row) => of.at(row));

describe("a frame", () => {
  it("reads back as it was written", () => {
    const frame = decodeFrame(encodeFrame(twoTalks()));
    expect(texts(frame.messages.ids)).toEqual(["msg_1", "msg_2", "msg_3"]);
    expect([...frame.messages.conversation]).toEqual([0, 0, 1]);
    expect([...frame.messages.author].map((place) => frame.authors[place])).toEqual([
      "Anna",
      "Bo",
      "Anna",
    ]);
    expect([...frame.messages.at]).toEqual([1000, Number.NaN, 3000]);
    expect([...frame.messages.sentiment]).toEqual([40, 40, NO_SENTIMENT]);
    expect([...frame.messages.language]).toEqual([0, 0, -1]);
    expect(texts(frame.conversations.titles)).toEqual(["Übung 🎈", ""]);
    expect([...frame.conversations.channel]).toEqual([0, -1]);
    expect([frame.sources, frame.models, frame.languages]).toEqual([
      ["slack", "irc"],
      ["m-1"],
      ["de"],
    ]);
    expect(texts(frame.points.ids)).toEqual(["chk_1", "chk_2"]);
    expect([...topicOfMessages(frame)]).toEqual([4, -1, -1]);
  });

  it("can be empty", () => {
    const frame = decodeFrame(
      encodeFrame(openFrameBuilder().build("conversation", points([], []))),
    );
    expect([frame.messages.count, frame.points.count, frame.conversations.count]).toEqual([
      0, 0, 0,
    ]);
    expect(frame.unit).toBe("conversation");
    expect([...frame.messages.at, ...frame.points.x, ...frame.authors]).toEqual([]);
  });

  it("opens in any Arrow library", () => {
    const table = tableFromIPC(encodeFrame(twoTalks()).get("messages.arrow"));
    expect(table.numRows).toBe(3);
    expect(table.get(2)?.["id"]).toBe("msg_3");
  });

  it("says which file is missing", () => {
    const files = new Map(encodeFrame(twoTalks()));
    files.delete("points.arrow");
    expect(() => decodeFrame(files)).toThrow(/points\.arrow/);
  });
});
