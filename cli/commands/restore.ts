// `parlance restore`: makes PARLANCE_HOME from a backup.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { readConfig } from "#services/config/config.ts";
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
    const { readBackup } = await import("../embedded/embedded.ts");
    const restored = await readBackup(resolve(args.file), home);
    if (args.json) json({ home, ...restored });
    else line(`${home}: ${count(restored.files)} files of ${restored.createdAt}, all checked`);
  },
});
