// The Range header of a download: which part of a file is wanted (RFC 9110, section 14).

export type WantedRange =
  | { readonly kind: "whole" }
  /** From byte `start` up to, not including, byte `end`. */
  | { readonly kind: "part"; readonly start: number; readonly end: number }
  /** No byte of the file is in the range: 416. */
  | { readonly kind: "none" };

const whole: WantedRange = { kind: "whole" };

/**
 * One range of bytes is served. What the header's grammar does not know, and several ranges, are answered with the whole file, as
 * the standard allows.
 * @param ifRange the part is wanted only of this very file, by its entity tag; otherwise the whole of the newer one
 */
export const wantedRange = (
  header: string | undefined,
  file: { readonly size: number; readonly etag: string },
  ifRange?: string,
): WantedRange => {
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/iu.exec(header ?? "");
  if (!match || (ifRange !== undefined && ifRange !== file.etag)) return whole;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return whole;
  if (first === "") {
    // The last bytes of the file, as many as are named.
    const start = Math.max(0, file.size - Number(last));
    return start < file.size ? { kind: "part", start, end: file.size } : { kind: "none" };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return whole;
  if (start >= file.size) return { kind: "none" };
  const end = last === "" ? file.size : Math.min(file.size, Number(last) + 1);
  return { kind: "part", start, end };
};
