// `parlance versions`: lists the versions of a collection's index, gives one a tag, removes a tag.
import { defineCommand } from "citty";
import { version, versionList } from "#services/contract/collections.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import { size } from "#services/domain/size.ts";
import { ask } from "../client/client.ts";
import { count, json, line, printable, table, when } from "../client/output.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { actionOf } from "../line/action-of.ts";
import { limitOf } from "../line/limit.ts";
import { misuse } from "../line/misuse.ts";

interface TagArguments {
  readonly version?: string | undefined;
  readonly tag?: string | undefined;
  readonly collection?: string | undefined;
  readonly json?: boolean | undefined;
}

/** A version with a tag is kept, whatever is kept otherwise. */
const tagVersion = (args: TagArguments) => {
  const { version: address, tag: name } = args;
  if (address === undefined || name === undefined)
    throw misuse(
      "Name a version and what to call it.",
      "Write `parlance versions tag 4 before-cleanup`; `parlance versions` lists the numbers.",
    );
  return inCollection(args.collection, async ({ client, path }) => {
    const named = await ask(client, version, {
      path: `${path}/versions/${encodeURIComponent(address)}/tags`,
      body: { name },
    });
    if (args.json) return json(named);
    return line(`Version ${named.number} is called ${printable(named.tags.join(", "))}.`);
  });
};

const noTag: ReadonlySet<string> = new Set(["unknown-tag", "unknown-version"]);

/** A tag belongs to one version, so that it names its version too. */
const untagVersion = (args: TagArguments) => {
  const { version: tag, tag: further } = args;
  if (tag === undefined || further !== undefined)
    throw misuse(
      tag === undefined ? "Name the tag to remove." : "Name the tag alone, without its version.",
      "Write `parlance versions untag before-cleanup`; `parlance versions` lists the tags.",
    );
  return inCollection(args.collection, async ({ client, path }) => {
    const address = encodeURIComponent(tag);
    const left = await ask(client, version, {
      path: `${path}/versions/${address}/tags/${address}`,
      method: "DELETE",
    }).catch((error: unknown) => {
      if (!(error instanceof ParlanceError) || !noTag.has(error.code)) throw error;
      throw rejected(`No version is called “${tag}”.`, {
        code: "unknown-tag",
        hint: "`parlance versions` lists the tags behind the numbers.",
        cause: error,
      });
    });
    if (args.json) return json(left);
    return line(
      `Version ${left.number} is not called ${printable(tag)} any more.${left.tags.length === 0 ? " It is kept for as long as versions without a tag are." : ""}`,
    );
  });
};

export const versions = defineCommand({
  meta: {
    name: "versions",
    description:
      "List the versions of a collection's index that are kept; give one a tag, or remove a tag",
  },
  args: {
    action: { type: "positional", required: false, description: "list (default), tag or untag" },
    version: {
      type: "positional",
      required: false,
      description: "With tag: number, tag or id of a version; with untag: the tag to remove",
    },
    tag: { type: "positional", required: false, description: "With tag: the name to give it" },
    collection: collectionArgument,
    limit: { type: "string", default: "50", description: "How many, 1-200" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: ({ args }) => {
    const limit = limitOf(args.limit, 200);
    const action = actionOf("versions", args.action, ["list", "tag", "untag"]);
    if (action === "tag") return tagVersion(args);
    if (action === "untag") return untagVersion(args);
    if (args.version !== undefined)
      throw misuse(
        "“parlance versions list” takes no version.",
        "`parlance versions` lists those that are kept.",
      );
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
