// A frame as Arrow files: written by the analyse stage, read by the API, opened by any notebook.
import {
  type Data,
  Dictionary,
  Field,
  Int32,
  makeData,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import type { Frame, Texts } from "./frame-columns.ts";
import type { FrameFiles, frameFileNames } from "./frame-file-names.ts";

const textData = (texts: Texts): Data<Utf8> => {
  const encoder = new TextEncoder();
  const offsets = new Int32Array(texts.length + 1);
  let bytes = new Uint8Array(Math.max(1024, texts.length * 34));
  let at = 0;
  for (let row = 0; row < texts.length; row++) {
    const text = texts.at(row);
    if (at + text.length * 3 > bytes.length) {
      const grown = new Uint8Array(Math.max(bytes.length * 2, at + text.length * 3));
      grown.set(bytes);
      bytes = grown;
    }
    at += encoder.encodeInto(text, bytes.subarray(at)).written;
    offsets[row + 1] = at;
  }
  return makeData({
    type: new Utf8(),
    length: texts.length,
    nullCount: 0,
    valueOffsets: offsets,
    data: bytes.subarray(0, at),
  });
};

type Numbers =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

const numberData = (values: Numbers): Data =>
  (makeVector(values as Int32Array) as unknown as Vector).data[0] as Data;

const isTexts = (column: Numbers | Texts): column is Texts => !ArrayBuffer.isView(column);

const fileOf = (
  columns: Readonly<Record<string, Numbers | Texts>>,
  about?: Readonly<Record<string, string>>,
): Uint8Array => {
  const fields: Field[] = [];
  const children: Data[] = [];
  let length = 0;
  for (const [name, column] of Object.entries(columns)) {
    const data = isTexts(column) ? textData(column) : numberData(column);
    fields.push(new Field(name, data.type, false));
    children.push(data);
    length = column.length;
  }
  const schema = new Schema(fields, new Map(Object.entries(about ?? {})));
  const struct = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  return tableToIPC(new Table([new RecordBatch(schema, struct)]), "file");
};

const listTexts = (list: readonly string[]): Texts => ({
  length: list.length,
  at: (row) => list[row] ?? "",
});

/** The lists that codes point into, as one file with two columns: which list, and the value. */
const namesFile = (frame: Frame): Uint8Array => {
  const lists = {
    author: frame.authors,
    channel: frame.channels,
    source: frame.sources,
    language: frame.languages,
    model: frame.models,
  };
  const kinds = Object.entries(lists).flatMap(([kind, values]) => values.map(() => kind));
  const values = Object.values(lists).flat();
  const type = new Dictionary(new Utf8(), new Int32());
  const kind = vectorFromArray(kinds, type).data[0] as Data;
  const value = textData(listTexts(values));
  const fields = [new Field("list", type, false), new Field("value", new Utf8(), false)];
  const struct = makeData({
    type: new Struct(fields),
    length: values.length,
    nullCount: 0,
    children: [kind, value],
  });
  return tableToIPC(new Table([new RecordBatch(new Schema(fields), struct)]), "file");
};

export const encodeFrame = (frame: Frame): FrameFiles => {
  const { messages, points, conversations } = frame;
  return new Map([
    [
      "messages.arrow",
      fileOf({
        id: messages.ids,
        conversation: messages.conversation,
        author: messages.author,
        role: messages.role,
        at: messages.at,
        language: messages.language,
        model: messages.model,
        length: messages.length,
        sentiment: messages.sentiment,
        flags: messages.flags,
        point: messages.point,
      }),
    ],
    [
      "points.arrow",
      fileOf(
        {
          chunk: points.ids,
          message: points.message,
          topic: points.topic,
          similarity: points.similarity,
          x: points.x,
          y: points.y,
        },
        { unit: frame.unit },
      ),
    ],
    [
      "conversations.arrow",
      fileOf({
        id: conversations.ids,
        title: conversations.titles,
        source: conversations.source,
        channel: conversations.channel,
      }),
    ],
    ["names.arrow", namesFile(frame)],
  ]);
};

/** Text is decoded only when it is read, so that a frame of 250,000 messages opens in milliseconds. */
const textsOf = (vector: Vector | null): Texts => {
  const data = vector?.data[0];
  if (!data) return { length: 0, at: () => "" };
  const bytes = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array;
  const decoder = new TextDecoder();
  return {
    length: data.length,
    at: (row) => {
      const [from, to] = [offsets[row], offsets[row + 1]];
      return from === undefined || to === undefined ? "" : decoder.decode(bytes.subarray(from, to));
    },
  };
};

const open = (files: FrameFiles, name: (typeof frameFileNames)[number]) => {
  const bytes = files.get(name);
  if (!bytes) throw new RangeError(`The frame has no ${name}.`);
  const table = tableFromIPC(bytes);
  return {
    count: table.numRows,
    about: table.schema.metadata,
    texts: (column: string) => textsOf(table.getChild(column)),
    numbers: <N extends Numbers>(column: string, empty: N): N => {
      const values = table.getChild(column)?.data[0]?.values as N | undefined;
      return values === undefined ? empty : (values.subarray(0, table.numRows) as N);
    },
  };
};

const readNames = (bytes: Uint8Array | undefined) => {
  const lists = new Map<string, string[]>();
  if (bytes === undefined) throw new RangeError("The frame has no names.arrow.");
  const table = tableFromIPC(bytes);
  const [kinds, values] = [table.getChild("list"), textsOf(table.getChild("value"))];
  for (let row = 0; row < table.numRows; row++) {
    const kind = String(kinds?.get(row) ?? "");
    const list = lists.get(kind) ?? [];
    list.push(values.at(row));
    lists.set(kind, list);
  }
  return (kind: string): readonly string[] => lists.get(kind) ?? [];
};

/** @throws RangeError where a file is missing; Error of Arrow where one is damaged. */
export const decodeFrame = (files: FrameFiles): Frame => {
  const messages = open(files, "messages.arrow");
  const points = open(files, "points.arrow");
  const conversations = open(files, "conversations.arrow");
  const names = readNames(files.get("names.arrow"));
  return {
    unit: points.about.get("unit") === "conversation" ? "conversation" : "chunk",
    messages: {
      count: messages.count,
      ids: messages.texts("id"),
      conversation: messages.numbers("conversation", new Uint32Array()),
      author: messages.numbers("author", new Uint32Array()),
      role: messages.numbers("role", new Uint8Array()),
      at: messages.numbers("at", new Float64Array()),
      language: messages.numbers("language", new Int16Array()),
      model: messages.numbers("model", new Int16Array()),
      length: messages.numbers("length", new Uint32Array()),
      sentiment: messages.numbers("sentiment", new Int8Array()),
      flags: messages.numbers("flags", new Uint8Array()),
      point: messages.numbers("point", new Int32Array()),
    },
    points: {
      count: points.count,
      ids: points.texts("chunk"),
      message: points.numbers("message", new Uint32Array()),
      topic: points.numbers("topic", new Int32Array()),
      similarity: points.numbers("similarity", new Float32Array()),
      x: points.numbers("x", new Float32Array()),
      y: points.numbers("y", new Float32Array()),
    },
    conversations: {
      count: conversations.count,
      ids: conversations.texts("id"),
      titles: conversations.texts("title"),
      source: conversations.numbers("source", new Uint8Array()),
      channel: conversations.numbers("channel", new Int32Array()),
    },
    authors: names("author"),
    channels: names("channel"),
    sources: names("source"),
    languages: names("language"),
    models: names("model"),
  };
};
