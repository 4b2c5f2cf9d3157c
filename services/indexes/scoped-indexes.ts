// Indexes within a scope: a collection of another organization is refused like one that does not exist.
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId, OrganizationId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import { type Indexes, type OpenIndexesOptions, openEveryIndex } from "./open-indexes.ts";

export interface AllIndexes {
  within(scope: Scope): Indexes;
  close(): Promise<void>;
}

const unknown = () =>
  rejected("There is no such collection.", { code: "unknown-collection", status: 404 });

export const openIndexes = (options: OpenIndexesOptions): AllIndexes => {
  // A collection always belongs to the same organization, so this never becomes stale.
  const owners = new Map<CollectionId, OrganizationId>();

  const owner = async (collection: CollectionId): Promise<OrganizationId | undefined> => {
    const known = owners.get(collection);
    if (known !== undefined) return known;
    const found = await options.find(collection);
    if (found !== undefined) owners.set(collection, found.organization);
    return found?.organization;
  };

  const all = openEveryIndex({
    ...options,
    async storeFor(collection) {
      const organization = await owner(collection);
      return organization && options.storeOf(organization);
    },
  });

  // Checks in progress; closing waits for them, so that indexes that they open are closed too.
  const checking = new Set<Promise<void>>();

  return {
    within({ organization }) {
      const checkOwner = async (collection: CollectionId): Promise<void> => {
        if ((await owner(collection)) !== organization) throw unknown();
      };
      const check = (collection: CollectionId): Promise<void> => {
        const asked = checkOwner(collection);
        const done = () => checking.delete(asked);
        checking.add(asked);
        asked.then(done, done);
        return asked;
      };
      return {
        async open(collection) {
          await check(collection);
          return all.open(collection);
        },
        async searcher(collection, address, units) {
          await check(collection);
          return all.searcher(collection, address, units);
        },
        async forget(collection) {
          await check(collection);
          await all.forget(collection);
        },
        async drop(collection) {
          const found = await owner(collection);
          // Its rows may be deleted already: then the folder has no owner.
          if (found !== undefined && found !== organization) throw unknown();
          owners.delete(collection);
          await all.drop(collection);
        },
      };
    },
    async close() {
      await Promise.allSettled(checking);
      await all.close();
    },
  };
};
