// Versions that were dropped: a list of their ids in a blob that one ref names, so that a host which follows fetches it like the rest.
import type { Git } from "./git-command.ts";
import { type GitObjects, isObjectId } from "./git-objects.ts";
import { DROPPED, type GitRefs } from "./git-refs.ts";
import { HistoryError } from "./history.ts";
import { moveRefs } from "./ref-moves.ts";

const none: ReadonlySet<string> = new Set();

/** Reads the ids of dropped versions; the last list is remembered. Where it is damaged, none counts as dropped. */
export const droppedReader = (
  refs: Pick<GitRefs, "dropped">,
  objects: GitObjects,
  onWarning?: (message: string) => void,
): (() => Promise<ReadonlySet<string>>) => {
  let known: { readonly list: string; readonly ids: ReadonlySet<string> } | undefined;
  return async () => {
    const list = await refs.dropped();
    if (list === null) return none;
    if (known?.list === list) return known.ids;
    try {
      const [body] = await objects.read([list], "blob");
      const ids = new Set((body?.toString("latin1") ?? "").split("\n").filter(isObjectId));
      known = { list, ids };
    } catch (error) {
      if (!(error instanceof HistoryError) || error.code !== "damaged") throw error;
      onWarning?.(`The list of dropped versions cannot be read: ${error.message}`);
      known = { list, ids: none };
    }
    return known.ids;
  };
};

/** Adds versions to the list, durable when it resolves. @throws GitRefusal where another process changed the list meanwhile */
export const noteDropped = async (
  git: Git,
  refs: Pick<GitRefs, "dropped">,
  ids: ReadonlySet<string>,
): Promise<void> => {
  const from = await refs.dropped();
  const written = await git(["hash-object", "-w", "--stdin"], { input: [...ids, ""].join("\n") });
  const to = written.toString("latin1").trim();
  if (to !== from) await moveRefs(git, [{ ref: DROPPED, from, to }]);
};
