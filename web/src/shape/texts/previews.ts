// Which files of messages the app shows in itself, by the type that their bytes have: nothing that could run or fetch anything.

export type Preview = "picture" | "sound" | "video" | "page";

const previews: ReadonlyMap<string, Preview> = new Map([
  ["image/png", "picture"],
  ["image/jpeg", "picture"],
  ["image/gif", "picture"],
  ["image/webp", "picture"],
  ["image/avif", "picture"],
  ["audio/mpeg", "sound"],
  ["audio/ogg", "sound"],
  ["audio/mp4", "sound"],
  ["audio/wav", "sound"],
  ["video/mp4", "video"],
  ["application/pdf", "page"],
]);

/** undefined for a file that can only be downloaded. */
export const previewOf = (mediaType: string): Preview | undefined => previews.get(mediaType);
