// What fuzzing has in common: damage to bytes, and what must be true of whatever is read of them.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ParlanceError } from "#services/domain/errors.ts";
import { parse } from "./detect.ts";
import type { ParseEvent, ParseOptions } from "./events.ts";

const damage = fc.record({
  kind: fc.constantFrom("flip", "cut", "drop", "double", "insert"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  byte: fc.oneof(
    fc.constantFrom(...Buffer.from('"{}[],:\\\n\u0000')),
    fc.integer({ min: 0, max: 255 }),
  ),
});
export type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

/** A few damages to one file. */
export const damages = fc.array(damage, { minLength: 1, maxLength: 4 });

const damaged = (bytes: Buffer, { kind, at, length, byte }: Damage): Buffer => {
  const place = Math.floor(at * bytes.length);
  const [before, inside, after] = [
    bytes.subarray(0, place),
    bytes.subarray(place, place + length),
    bytes.subarray(place + length),
  ];
  if (kind === "cut") return Buffer.from(before);
  if (kind === "drop") return Buffer.concat([before, after]);
  if (kind === "double") return Buffer.concat([before, inside, inside, after]);
  if (kind === "insert") return Buffer.concat([before, Buffer.from([byte]), inside, after]);
  return Buffer.concat([
    before,
    Buffer.from(inside.map((old, n) => (n === 0 ? byte : old))),
    after,
  ]);
};

export const withDamages = (bytes: Buffer, some: readonly Damage[]): Buffer =>
  some.reduce(damaged, bytes);

/** What came out of a reading: its events, or why it was refused. */
export interface Outcome {
  readonly events: readonly ParseEvent[];
  readonly rejected: string | undefined;
}

/** @throws Error where something is wrong with an event */
const check = (event: ParseEvent): void => {
  if (event.kind === "problem") {
    const { place, reason, count } = event.problem;
    if (place.trim() === "") throw new Error(`a problem without a place: ${reason}`);
    if (reason.trim() === "") throw new Error(`a problem without a reason at ${place}`);
    if (!Number.isSafeInteger(count) || count < 1) throw new Error(`a problem counts ${count}`);
  }
  if (event.kind !== "conversation") return;
  const said = new Map<string, string>();
  for (const { key, author, at, text, position } of event.conversation.messages) {
    if (!text.isWellFormed() || !Number.isFinite(position)) throw new Error("an unfit message");
    const words = JSON.stringify([author, at, text]);
    // A file may hold a message twice; what differs must not replace each other.
    if ((said.get(key) ?? words) !== words)
      throw new Error(`a key occurs twice: ${key}: ${words} and ${said.get(key)}`);
    said.set(key, words);
  }
};

/**
 * Reads bytes as an upload.
 * @param folder where they are put, as the file `upload`
 * @throws whatever else than a rejection comes out of it, and Error where something is wrong with an event
 */
export const readDamaged = async (
  folder: string,
  content: Uint8Array,
  options: ParseOptions = {},
): Promise<Outcome> => {
  const path = join(folder, "upload");
  // A new file: where one is written over, some file systems wait for the disk.
  rmSync(path, { force: true });
  writeFileSync(path, content);
  const events: ParseEvent[] = [];
  let rejected: string | undefined;
  try {
    for await (const event of parse({ path, filename: "#c/2024-05-01.log" }, options))
      events.push(event);
  } catch (error) {
    if (!(error instanceof ParlanceError) || error.kind !== "rejected") throw error;
    rejected = error.code;
  }
  for (const event of events) check(event);
  return { events, rejected };
};
