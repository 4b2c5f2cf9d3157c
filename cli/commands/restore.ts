// `parlance restore`: makes PARLANCE_HOME from a backup.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { readConfig } from "#services/config/config.ts";
import { rejected } from "#services/domain/errors.ts";
import { count, json, line } from "../client/output.ts";

export const restore = defineCommand({
  meta: {
    name: "restore",
    description: "Make PARLANCE_HOME from a backup; it must be empty or absent",
  },
  args: {
    file: {
      type: "positional",
      required: true,
      description: "A file that `parlance backup` wrote",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const { home } = readConfig(process.env);
    const file = resolve(args.file);
    if (!existsSync(file))
      throw rejected(`There is no file ${file}.`, {
        code: "no-such-file",
        hint: "Name a file that `parlance backup FILE` wrote.",
      });
    const { readBackup } = await import("../embedded/embedded.ts");
    const restored = await readBackup(file, home);
    if (args.json) json({ home, ...restored });
    else line(`${home}: ${count(restored.files)} files of ${restored.createdAt}, all checked`);
  },
});
