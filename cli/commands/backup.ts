// `parlance backup`: everything in PARLANCE_HOME as one file, while it is in use.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineCommand } from "citty";
import { readConfig } from "#services/config/config.ts";
import { rejected } from "#services/domain/errors.ts";
import { millis } from "#services/domain/units.ts";
import { randomName } from "#services/store/digest.ts";
import { openStore } from "#services/store/open-store.ts";
import { writeBackup } from "../backup-archive.ts";
import { count, json, line, size } from "../output.ts";

export const backup = defineCommand({
  meta: {
    name: "backup",
    description: "Write PARLANCE_HOME (conversations, uploads, indexes) to one tar file",
  },
  args: {
    file: {
      type: "positional",
      required: true,
      description: "File to write, e.g. parlance-backup.tar",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const { home } = readConfig(process.env);
    const database = join(home, "parlance.db");
    if (!existsSync(database))
      throw rejected(`There is nothing to back up in ${home}.`, {
        code: "empty-home",
        hint: "Is PARLANCE_HOME right?",
      });
    const target = resolve(args.file);
    if (existsSync(target))
      throw rejected(`${target} exists already.`, {
        code: "file-exists",
        hint: "Choose another name.",
      });
    const store = await openStore({
      path: database,
      now: () => millis(Date.now()),
      newId: randomName,
    });
    try {
      const written = await writeBackup({ path: home, store }, target);
      if (args.json) json({ file: target, ...written });
      else line(`${target}: ${count(written.files)} files, ${size(written.bytes)}`);
    } finally {
      await store.close();
    }
  },
});
