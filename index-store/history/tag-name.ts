// Which names versions and attachments may have, and which version an address (number, tag, id) means.
import { HistoryError, type Version } from "./history.ts";

const TAG = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const DIGITS = /^\d+$/;
const ID_PREFIX = /^[0-9a-f]{7,40}$/;
/** What a person would read as a hash; 64 digits are git's SHA-256 format. Shorter words (`beef`) git finds as tags first. */
const LIKE_A_HASH = /^(?:[0-9a-f]{7,40}|[0-9a-f]{64})$/i;
/**
 * Names that mean something else to git or to this store: the branch, the folders of refs, the files of a bare repository,
 * and the pseudo refs (`HEAD`, `ORIG_HEAD`, `AUTO_MERGE` …), which git looks up before `refs/tags/`. In any case of letters:
 * a file system that ignores case would otherwise mix them up.
 */
const RESERVED = new Set([
  ...["main", "master", "trunk", "origin", "stash", "heads", "tags", "remotes", "refs", "notes"],
  ...[
    "attachments",
    "index",
    "far",
    "objects",
    "hooks",
    "info",
    "logs",
    "lfs",
    "config",
    "branches",
  ],
  ...[
    "description",
    "packed-refs",
    "shallow",
    "worktrees",
    "modules",
    "auto_merge",
    "erasure-pending",
  ],
]);
const PSEUDO_REF = /^(?:[a-z_]+_)?head$/;

/** Why a version may not have this name, as the end of a sentence; undefined where it may. */
const objectionTo = (name: string): string | undefined => {
  const lower = name.toLowerCase();
  if (!TAG.test(name))
    return 'use 1 to 100 letters, digits, ".", "_" and "-", beginning with a letter or digit';
  if (DIGITS.test(name)) return "digits alone are a version number";
  if (LIKE_A_HASH.test(name)) return "it reads as a commit hash";
  if (name.includes("..") || name.endsWith(".") || lower.endsWith(".lock"))
    return 'git does not allow "..", a "." at the end, or the ending ".lock"';
  if (RESERVED.has(lower) || PSEUDO_REF.test(lower)) return "git uses this name itself";
  return undefined;
};

/** @throws HistoryError "bad-tag" for a name that git refuses, or that could be read as a number, a hash or another ref. */
export const checkTag = (name: string): void => {
  const objection = objectionTo(name);
  if (objection !== undefined)
    throw new HistoryError("bad-tag", `"${name}" cannot be a tag: ${objection}.`);
};

const ATTACHMENT = /^[a-z][a-z0-9-]{0,40}$/;

/** @throws HistoryError "bad-tag" for anything but lower-case letters, digits and "-". */
export const checkAttachmentName = (name: string): void => {
  if (!ATTACHMENT.test(name))
    throw new HistoryError("bad-tag", `"${name}" cannot be the name of an attachment`);
};

export const unknownVersion = (address: string | number): HistoryError =>
  new HistoryError("unknown-version", `There is no version "${address}" of this index (any more).`);

/**
 * The version that an address means: a number, or a text that is a tag, a number, or the first seven or more digits of an id.
 * A tag goes first. @throws HistoryError "unknown-version" where there is none, or more than one.
 */
export const pick = (versions: readonly Version[], address: string | number): Version => {
  const found =
    typeof address === "number"
      ? versions.filter((version) => version.number === address)
      : pickByText(versions, address);
  const [only, second] = found;
  if (only === undefined) throw unknownVersion(address);
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
