// Tokens for whoever can read this server's secret, made without opening its database.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "#services/config/config.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import { readOrMakeSecret } from "./secret-file.ts";
import { openKeyring } from "./secrets.ts";
import { openTokens } from "./tokens.ts";

/** @returns makes a token that is good for a minute; undefined where there is no secret, since no server made one yet */
export const openOperator =
  ({ home, accounts }: Pick<Config, "home" | "accounts">): (() => Promise<string | undefined>) =>
  async () => {
    if (accounts.secret === undefined && !existsSync(join(home, "secret"))) return undefined;
    const keyring = openKeyring({
      current: accounts.secret ?? (await readOrMakeSecret(home)),
      previous: accounts.previousSecret,
    });
    return openTokens(keyring, () => millis(Date.now())).operator(defaultOrganization);
  };
