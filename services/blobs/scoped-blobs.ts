// Blobs within a scope: every key stands below the organization's own folder, so that no key names another organization's file.
import { corrupt } from "#services/domain/errors.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import type { Blobs, ScopedBlobs } from "./blobs.ts";

/** Folders of organizations stand beside those of the default one, whose keys are as they were when it was the only one. */
const FOLDER = "org_";

/** Keys that go in and come out are without the organization's folder. */
export const scopedBlobs = (blobs: Blobs, { organization }: Scope): ScopedBlobs => {
  const folder = organization === defaultOrganization ? "" : `${organization}/`;
  const own = (key: string): string => {
    if (key.startsWith(FOLDER))
      throw corrupt(`“${key}” is not a key of a stored file.`, { code: "blob-missing" });
    return `${folder}${key}`;
  };
  return {
    async put(prefix, bytes, options) {
      const { key, ...ref } = await blobs.put(own(prefix), bytes, options);
      return { ...ref, key: key.slice(folder.length) };
    },
    localPath: async (key) => blobs.localPath(own(key)),
    stream: async (key) => blobs.stream(own(key)),
    exists: async (key) => blobs.exists(own(key)),
    remove: async (key) => blobs.remove(own(key)),
    removeAll: async (prefix) => blobs.removeAll(own(prefix)),
  };
};
