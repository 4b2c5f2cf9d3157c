// The secret of a home that was given none: a file beside the data, made once, that only its owner can read.
import { randomBytes } from "node:crypto";
import { link, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { diskFull, isDiskFull } from "#services/domain/disk-full.ts";
import { rejected } from "#services/domain/errors.ts";
import { checkedSecret } from "./secrets.ts";

const SECRET_BYTES = 48;
const mend = "Set PARLANCE_SECRET (made by `openssl rand -base64 48`) to use no file.";

const codeOf = (error: unknown) => (error as { code?: string }).code;

const sync = async (path: string): Promise<void> => {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** Written in full under another name and then linked, which fails where a file is already there: the first process wins. */
const make = async (home: string, path: string): Promise<void> => {
  const part = join(home, `secret.${randomBytes(8).toString("hex")}.part`);
  try {
    const file = await open(part, "wx", 0o600);
    try {
      await file.writeFile(`${randomBytes(SECRET_BYTES).toString("base64")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(part, path).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
    await sync(home);
  } catch (cause) {
    if (isDiskFull(cause)) throw diskFull("the home got no secret", { cause });
    throw rejected(`The secret ${path} could not be made (${codeOf(cause) ?? "unknown reason"}).`, {
      code: "unreadable-secret",
      hint: `Let Parlance write into its home. ${mend}`,
      cause,
    });
  } finally {
    await rm(part, { force: true });
  }
};

const read = async (path: string): Promise<string | undefined> => {
  try {
    // Others of the same group may read it: some container platforms grant that on whole volumes.
    if (((await stat(path)).mode & 0o007) !== 0)
      throw rejected(`Everybody on this machine may open the secret ${path}.`, {
        code: "open-secret",
        hint: `Take that right away with: chmod 600 ${path}. ${mend}`,
      });
    return (await readFile(path, "utf8")).trim();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT") return undefined;
    if (code === "open-secret") throw cause;
    throw rejected(`The secret ${path} could not be read (${code ?? "unknown reason"}).`, {
      code: "unreadable-secret",
      hint: `Let the user that runs Parlance read it. ${mend}`,
      cause,
    });
  }
};

/**
 * The secret in `<home>/secret`, which is made where it is missing. Given as PARLANCE_SECRET elsewhere, its text opens the same values.
 * @throws ParlanceError rejected `unreadable-secret`, `open-secret`, `weak-secret`
 */
export const readOrMakeSecret = async (home: string): Promise<string> => {
  const path = join(home, "secret");
  let secret = await read(path);
  if (secret === undefined) {
    await make(home, path);
    secret = (await read(path)) ?? "";
  }
  checkedSecret(
    secret,
    path,
    "Bring the file back from a backup of the home: what was sealed with it cannot be opened without it.",
  );
  return secret;
};
