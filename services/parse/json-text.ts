// The text of a piece of JSON → its value; what Telegram Desktop writes wrong is mended where the text is no JSON as it stands, and ids that Discord writes as numbers keep all of their figures.

/** A control byte as `\x1f`, which JSON has no such escape for; other escapes are passed over. */
const escapes = /\\(?:x([0-9a-fA-F]{2})|[\s\S])/g;
/** Builds of 2022 wrote the path of a custom emoji without quotes. */
const unquoted = /("document_id"\s?:\s?)(?=[^"\d\s])([^"\n\\]{1,300}?)(?=\s*[\n,}])/g;

const mended = (text: string): string =>
  text
    .replace(escapes, (all, code: string | undefined) =>
      code === undefined ? all : `\\u00${code}`,
    )
    .replace(unquoted, '$1"$2"');

/** An id in Discord's data package: a number of more figures than JavaScript's can hold. */
const longId = /("ID"\s?:\s?)(\d{16,20})(?=\s{0,4}[,}])/g;

/** @returns undefined where it is no JSON */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text.includes('"ID"') ? text.replace(longId, '$1"$2"') : text);
  } catch {
    if (!text.includes("\\x") && !text.includes('"document_id"')) return undefined;
  }
  try {
    return JSON.parse(mended(text));
  } catch {
    // Damaged in another way: whoever asked sees that there is no value.
    return undefined;
  }
};
