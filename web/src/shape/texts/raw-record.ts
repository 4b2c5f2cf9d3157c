// A message's record as it stood in the export, made readable.

/** The message's JSON record indented for reading; anything else as it is. */
export const readableRecord = (raw: string): string => {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
};
