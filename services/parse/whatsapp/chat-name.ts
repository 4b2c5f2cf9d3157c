// The name of a chat, out of the name that the phone gave its file.

const extension = /\.(?:txt|zip|gz)$/i;
/** A second download of the same file. */
const copy = /[ _]\(\d{1,3}\)$/;
const before = /^WhatsApp[ -]Chat\s*(?:-|with|mit|met|med|con|avec)\s+(.+)$/iu;
const after =
  /^\p{L}[\p{L}\p{M} ]{2,30} WhatsApp (?:-|with|mit|met|med|con|com|avec|с|із|z|s|cu|w) (.+)$/iu;

/**
 * @param paths the file's own name first, then that of the archive that it came in
 * @returns null where neither says whose chat it is: `_chat.txt`
 */
export const chatName = (paths: readonly string[]): string | null => {
  for (const path of paths) {
    const last = path.slice(path.lastIndexOf("/") + 1);
    let name = last.replace(extension, "").replace(extension, "").replace(copy, "");
    // Some programs put a line where a blank was.
    if (!name.includes(" ")) name = name.replaceAll("_", " ").trim();
    const found = (before.exec(name) ?? after.exec(name))?.[1]?.trim();
    if (found) return found.normalize("NFC");
  }
  return null;
};
