// Names that versions and attachments may be given, and how an address (number, tag, id) is read.
import { HistoryError, type Version } from "./history.ts";

const TAG = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const DIGITS = /^\d+$/;
const ID_PREFIX = /^[0-9a-f]{7,40}$/;

/** @throws HistoryError "bad-tag" for a name that git would refuse or that could be mistaken for a number or an id. */
export const checkTag = (name: string): void => {
  const odd = name.includes("..") || name.endsWith(".lock") || name.endsWith(".");
  if (!TAG.test(name) || odd || DIGITS.test(name) || ID_PREFIX.test(name))
    throw new HistoryError(
      "bad-tag",
      `"${name}" cannot be a tag: use up to 100 letters, digits, ".", "_" and "-", beginning with a letter or digit, and not only digits or hexadecimal`,
    );
};

const ATTACHMENT = /^[a-z][a-z0-9-]{0,40}$/;

/** @throws HistoryError "bad-tag" for anything but lower-case letters, digits and "-". */
export const checkAttachmentName = (name: string): void => {
  if (!ATTACHMENT.test(name))
    throw new HistoryError("bad-tag", `"${name}" cannot be the name of an attachment`);
};

/** The version that an address means: a number, a tag, digits, or at least seven digits of an id. */
export const pick = (versions: readonly Version[], address: string | number): Version => {
  const found =
    typeof address === "number"
      ? versions.filter((version) => version.number === address)
      : pickByText(versions, address);
  const [only, second] = found;
  if (only === undefined)
    throw new HistoryError("unknown-version", `There is no version "${address}" of this index.`);
  if (second !== undefined)
    throw new HistoryError("unknown-version", `"${address}" begins more than one version's id.`);
  return only;
};

const pickByText = (versions: readonly Version[], text: string): readonly Version[] => {
  const tagged = versions.filter((version) => version.tags.includes(text));
  if (tagged.length > 0) return tagged;
  if (DIGITS.test(text) && text.length < 7)
    return versions.filter((version) => version.number === Number(text));
  return ID_PREFIX.test(text) ? versions.filter((version) => version.id.startsWith(text)) : [];
};
