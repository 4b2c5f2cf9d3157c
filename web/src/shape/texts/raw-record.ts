// A message's original record from the export, formatted for reading.

/** JSON indented; any other text unchanged. */
export const readableRecord = (raw: string): string => {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
};
