// `parlance backup`: writes everything in PARLANCE_HOME to one file, while it is in use.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { defineCommand } from "citty";
import { readConfig } from "#services/config/config.ts";
import { rejected } from "#services/domain/errors.ts";
import { size } from "#services/domain/size.ts";
import { count, json, line } from "../client/output.ts";

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
    const config = readConfig(process.env);
    const target = resolve(args.file);
    if (existsSync(target))
      throw rejected(`${target} exists already.`, {
        code: "file-exists",
        hint: "Choose another name.",
      });
    if (!existsSync(dirname(target)))
      throw rejected(`${target} cannot be written: its folder does not exist.`, {
        code: "not-writable",
        hint: "Make the folder first, or choose another place.",
      });
    const { backUpHome } = await import("../embedded/embedded.ts");
    const written = await backUpHome(config, target);
    // What lies outside the home is backed up by the means of its store, in the same hours or later: rows name files, never the reverse.
    const elsewhere = config.blobsUrl === undefined ? {} : { notIncluded: config.blobsUrl };
    if (args.json) json({ file: target, ...written, ...elsewhere });
    else {
      line(
        `${target}: ${count(written.files)} ${written.files === 1 ? "file" : "files"}, ${size(written.bytes)}`,
      );
      if (config.blobsUrl !== undefined)
        line(
          `Not included: the uploaded files, which are in ${config.blobsUrl}. Back them up there, after this backup.`,
        );
    }
  },
});
