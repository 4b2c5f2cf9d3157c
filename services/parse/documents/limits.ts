// What reading the text of one document may cost.

export const documentLimits = {
  /** Of a document that is looked into. */
  bytes: 25 * 1024 ** 2,
  /** Characters of its text that are kept: what follows is left out. */
  characters: 200_000,
  pages: 500,
  /** Of the text of a packed document, unpacked. */
  unpackedBytes: 64 * 1024 ** 2,
  milliseconds: 20_000,
  /** Of the thread's own objects. */
  memoryMb: 512,
  /** That the process may grow by meanwhile: what is unpacked counts as nobody's objects. */
  growthBytes: 1024 ** 3,
  /** How often that is looked at. */
  lookMs: 50,
} as const;
