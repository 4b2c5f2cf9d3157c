// `parlance versions`: lists the versions of a collection's index, or names one.
import { defineCommand } from "citty";
import { version, versionList } from "#services/contract/collections.ts";
import { rejected } from "#services/domain/errors.ts";
import { size } from "#services/domain/size.ts";
import { ask } from "../client/client.ts";
import { count, json, line, printable, table, when } from "../client/output.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { actionOf } from "../line/action-of.ts";
import { limitOf } from "../line/limit.ts";

interface TagArguments {
  readonly version?: string | undefined;
  readonly tag?: string | undefined;
  readonly collection?: string | undefined;
  readonly json?: boolean | undefined;
}

/** A version with a name is kept, whatever is kept otherwise. */
const tagVersion = (args: TagArguments) => {
  const { version: address, tag: name } = args;
  if (address === undefined || name === undefined)
    throw rejected("Name a version and what to call it.", {
      code: "bad-argument",
      hint: "Write `parlance versions tag 4 before-cleanup`; `parlance versions` lists the numbers.",
    });
  return inCollection(args.collection, async ({ client, path }) => {
    const named = await ask(client, version, {
      path: `${path}/versions/${encodeURIComponent(address)}/tags`,
      body: { name },
    });
    if (args.json) return json(named);
    return line(`Version ${named.number} is called ${printable(named.tags.join(", "))}.`);
  });
};

export const versions = defineCommand({
  meta: {
    name: "versions",
    description: "List the versions of a collection's index that are kept, or name one",
  },
  args: {
    action: { type: "positional", required: false, description: "list (default) or tag" },
    version: { type: "positional", required: false, description: "With tag: number, tag or id" },
    tag: { type: "positional", required: false, description: "With tag: the name to give it" },
    collection: collectionArgument,
    limit: { type: "string", default: "50", description: "How many, 1-200" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: ({ args }) => {
    const limit = limitOf(args.limit, 200);
    const action = actionOf("versions", args.action, ["list", "tag"]);
    if (action === "tag") return tagVersion(args);
    return inCollection(args.collection, async ({ client, collection, path }) => {
      const list = await ask(client, versionList, { path: `${path}/versions?limit=${limit}` });
      if (args.json) return json(list);
      if (list.versions.length === 0)
        return line(`“${printable(collection.name)}” has no version yet: nothing is indexed.`);
      table(
        ["version", "time", "passages", "added", "removed", "size", "commit", "what"],
        list.versions.map((one) => [
          String(one.number) + (one.tags.length > 0 ? ` (${one.tags.join(", ")})` : ""),
          when(one.at),
          count(one.rows),
          count(one.added),
          count(one.removed),
          size(one.bytes),
          one.id.slice(0, 10),
          one.message,
        ]),
      );
      return undefined;
    });
  },
});
