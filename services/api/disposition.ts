// Content-Disposition: a download under its own name, in any script (RFC 6266, RFC 8187).

/** `filename` for old readers in ASCII, `filename*` with the name itself. */
export const attachment = (filename: string): string => {
  const plain = filename.replaceAll(/[^\x20-\x7e]|["\\%]/gu, "_");
  const encoded = encodeURIComponent(filename.toWellFormed()).replaceAll(
    /['()*]/gu,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
};

/** A person's file as a download: never shown in our origin, whatever is in it. */
export const downloadHeaders = (filename: string): Record<string, string> => ({
  "content-type": "application/octet-stream",
  "content-disposition": attachment(filename),
  "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "cache-control": "private, no-store",
});
