// Chunks of Slackdump's archive, and the lists of people and channels in them.
import { headValue } from "../json-head.ts";
import { isObject, type Json, objectsOf } from "../message.ts";

/** The number of the last kind of chunks. */
const LAST_KIND = 11;

export const isChunk = (value: unknown): value is Json =>
  isObject(value) &&
  typeof value["t"] === "number" &&
  value["t"] <= LAST_KIND &&
  typeof value["ts"] === "number" &&
  ["id", "n", "m", "u", "ch", "ci", "w"].some((name) => name in value);

/** People and channels, as chunks of any of an archive's files give them. */
export interface ChunkLists {
  readonly users: readonly Json[];
  readonly channels: readonly Json[];
}

/** Those of a file of chunks, line by line. */
export const chunkLists = (text: string): ChunkLists => {
  const chunks = text
    .split("\n")
    .map((line) => headValue(line).value)
    .filter(isChunk);
  return {
    users: chunks.flatMap((chunk) => objectsOf(chunk["u"])),
    channels: chunks.flatMap((chunk) => objectsOf(chunk["ch"])),
  };
};
