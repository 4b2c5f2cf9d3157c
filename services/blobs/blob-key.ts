// The form of blob keys, which every driver checks before it makes a path or an object's name of one.
import { rejected } from "#services/domain/errors.ts";

/** Keys come from rows and from here; one that climbs out of its folder is a mistake or an attack. @throws rejected `bad-blob-key` */
export const safeKey = (key: string): string => {
  if (!/^[\w-]+(\/[\w-]+)*$/.test(key))
    throw rejected(`${JSON.stringify(key)} is no blob key.`, { code: "bad-blob-key" });
  return key;
};
