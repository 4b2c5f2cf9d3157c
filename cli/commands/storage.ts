// `parlance storage`: what takes room on the server's disks, by organization and collection.
import { defineCommand } from "citty";
import { type StorageReport, storageReport } from "#services/contract/server.ts";
import { size } from "#services/domain/size.ts";
import { ask } from "../client/client.ts";
import { count, json, line, table, when } from "../client/output.ts";
import { openClient } from "../open-client.ts";

const bytes = (value: number | null): string => (value === null ? "elsewhere" : size(value));

const print = ({ disk, parts, backups, organizations }: StorageReport): void => {
  line(`${size(disk.freeBytes)} free, of which ${size(disk.reserveBytes)} are kept free.`);
  line();
  table(
    ["part", "bytes"],
    [
      ["database", bytes(parts.database)],
      ["files", bytes(parts.files)],
      ["indexes", bytes(parts.indexes)],
      ["copies of files elsewhere", bytes(parts.copies)],
      ["downloaded models", bytes(parts.models)],
      ["copies from before upgrades", bytes(parts.backups)],
    ],
  );
  line();
  table(
    ["organization", "collection", "messages", "files", "uploaded", "index"],
    organizations.flatMap((one) => [
      [
        one.name,
        "all",
        count(one.messages),
        count(one.files),
        size(one.fileBytes),
        size(one.indexBytes),
      ],
      ...one.collections.map((collection) => [
        "",
        `${collection.name ?? collection.id}${collection.isErasing ? " (being deleted)" : ""}`,
        count(collection.messages),
        count(collection.files),
        size(collection.fileBytes),
        collection.indexBytes === null ? "–" : size(collection.indexBytes),
      ]),
    ]),
  );
  if (backups.length === 0) return;
  line();
  table(
    ["copy from before an upgrade", "bytes", "made"],
    backups.map((one) => [one.name, size(one.bytes), when(one.at)]),
  );
};

export const storage = defineCommand({
  meta: {
    name: "storage",
    description: "What takes room on the server's disks, by organization and collection",
  },
  args: { json: { type: "boolean", description: "Print JSON" } },
  run: async ({ args }) => {
    const client = await openClient();
    try {
      const found = await ask(client, storageReport, { path: "/api/v1/storage" });
      return args.json ? json(found) : print(found);
    } finally {
      await client.close();
    }
  },
});
