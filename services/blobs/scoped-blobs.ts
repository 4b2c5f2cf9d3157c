// Blobs within a scope: every key stands below the organization's own folder, so that no key names another organization's file.
import { corrupt } from "#services/domain/errors.ts";
import type { Scope } from "#services/domain/scope.ts";
import type { Blobs, ScopedBlobs } from "./blobs.ts";
import { FOLDER, organizationFolder } from "./organization-folder.ts";

/** Keys that go in and come out are without the organization's folder. */
export const scopedBlobs = (blobs: Blobs, { organization }: Scope): ScopedBlobs => {
  const folder = organizationFolder(organization);
  const own = (key: string): string => {
    if (key.startsWith(FOLDER))
      throw corrupt(`“${key}” is not a key of a stored file.`, { code: "blob-missing" });
    return `${folder}${key}`;
  };
  const shown = <T extends { readonly key: string }>(one: T): T => ({
    ...one,
    key: one.key.slice(folder.length),
  });
  return {
    put: async (prefix, bytes, options) => shown(await blobs.put(own(prefix), bytes, options)),
    local: async (key) => blobs.local(own(key)),
    stream: async (key, range) => blobs.stream(own(key), range),
    compact: async (key) => blobs.compact(own(key)),
    async find(key) {
      const found = await blobs.find(own(key));
      return found && shown(found);
    },
    async *list(prefix) {
      for await (const one of blobs.list(prefix === "" ? folder.slice(0, -1) : own(prefix)))
        if (folder !== "" || !one.key.startsWith(FOLDER)) yield shown(one);
    },
    remove: async (key) => blobs.remove(own(key)),
    removeAll: async (prefix) => blobs.removeAll(own(prefix)),
  };
};
