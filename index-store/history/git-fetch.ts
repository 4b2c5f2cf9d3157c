// Fetches another host's records into refs of their own, and plans how the refs here have to move to agree with them.
import { type Git, GitRefusal } from "./git-command.ts";
import type { GitReader } from "./git-reader.ts";
import { ATTACHMENTS, DROPPED, ERASED, type GitRefs, MAIN, refsUnder, TAGS } from "./git-refs.ts";
import { HistoryError } from "./history.ts";
import type { RefMove } from "./ref-moves.ts";

/** Where fetched refs wait until the objects that they need are here. */
const FAR = "refs/far/";
const FAR_HEADS = `${FAR}heads/`;
const FAR_TAGS = `${FAR}tags/`;
const FAR_ATTACHMENTS = `${FAR}attachments/`;
const FAR_INDEX = `${FAR}index/`;
const BRANCH = "main";
const ERASED_NAME = "erased";
const DROPPED_NAME = "dropped";
/** Names that may become files under `refs/`; another host's are not taken at their word. */
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** No helper program that a URL could name (`ext::`), and nothing that anybody on the way could change. */
const PROTOCOLS = "file:https:ssh";

/** The kinds of refs that are followed. */
const KINDS = ["heads", "tags", "attachments", "index"];
/** An erasure on the other host removes at once what its refs named before; one after another may meet fetch after fetch. */
const FETCH_TRIES = 10;

/** Brings all commits and refs over, into `refs/far/`. @throws GitRefusal where the other host cannot be reached or is damaged */
export const fetchRecords = async (
  git: Git,
  remote: string,
  signal?: AbortSignal,
): Promise<void> => {
  const call = {
    env: { GIT_ALLOW_PROTOCOL: PROTOCOLS },
    ...(signal === undefined ? {} : { signal }),
  };
  const flags = ["--quiet", "--force", "--prune", "--no-tags", "--no-write-fetch-head"];
  const refspecs = KINDS.map((kind) => `+refs/${kind}/*:${FAR}${kind}/*`);
  const listed = () =>
    git(["ls-remote", "--quiet", "--", remote, ...KINDS.map((kind) => `refs/${kind}/*`)], call);
  let failedFor: string | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      await git(["fetch", ...flags, "--", remote, ...refspecs], call);
      return;
    } catch (cause) {
      if (!(cause instanceof GitRefusal) || attempt === FETCH_TRIES) throw cause;
      const there = await listed().catch(() => undefined);
      signal?.throwIfAborted();
      // It cannot be reached, or the same refs failed twice, which no erasure beside the fetch explains.
      if (there === undefined || there.toString("latin1") === failedFor) throw cause;
      failedFor = there.toString("latin1");
    }
  }
};

export interface Plan {
  /** The other host's newest version; null where it has none and neither has this one. */
  readonly head: string | null;
  readonly moves: readonly RefMove[];
  /** Whether something that is here is not there any more, so that its bytes have to go. */
  readonly erases: boolean;
}

interface Followed {
  readonly path: string;
  readonly refs: GitRefs;
  readonly reader: GitReader;
}

const safe = (refs: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...refs].filter(([name]) => SAFE_NAME.test(name) && !name.includes("..")));

/** The moves that make the refs here those there. */
const movesOf = (
  prefix: string,
  here: ReadonlyMap<string, string>,
  there: ReadonlyMap<string, string>,
): RefMove[] =>
  [...new Set([...here.keys(), ...there.keys()])]
    .map((name) => ({
      ref: `${prefix}${name}`,
      from: here.get(name) ?? null,
      to: there.get(name) ?? null,
    }))
    .filter(({ from, to }) => from !== to);

/** Whether the chain of commits that ends at `to` holds `from`. */
const isOnChain = async (reader: GitReader, from: string, to: string): Promise<boolean> => {
  for (let id: string | null = to; id !== null; id = (await reader.commit(id)).parent)
    if (id === from) return true;
  return false;
};

/** @throws HistoryError "unavailable" where there are versions here and none there, which no erasure leaves behind. */
export const planMoves = async ({ path, refs, reader }: Followed): Promise<Plan> => {
  const head = (await refsUnder(path, FAR_HEADS)).get(BRANCH) ?? null;
  const before = await refs.head();
  if (head === null && before !== null)
    throw new HistoryError("unavailable", "The other host has no versions; those here are kept.");
  const attachments = movesOf(
    ATTACHMENTS,
    await refs.attachments(),
    safe(await refsUnder(path, FAR_ATTACHMENTS)),
  );
  const mark = await refs.erased();
  const farIndex = await refsUnder(path, FAR_INDEX);
  const farMark = farIndex.get(ERASED_NAME) ?? null;
  const [dropped, farDropped] = [await refs.dropped(), farIndex.get(DROPPED_NAME) ?? null];
  // Also where nothing was followed yet: an attempt that failed half-way may have left here what was erased there since.
  let erases = mark !== farMark || dropped !== farDropped;
  if (head !== null && before !== null && head !== before)
    erases ||= !(await reader.mainLine(head)).includes(before);
  for (const { from, to } of attachments)
    erases ||= from !== null && (to === null || !(await isOnChain(reader, from, to)));
  const moves = [
    { ref: MAIN, from: before, to: head },
    ...movesOf(TAGS, await refs.tags(), safe(await refsUnder(path, FAR_TAGS))),
    ...attachments,
    { ref: DROPPED, from: dropped, to: farDropped },
    // Last, as where versions are rewritten: whoever sees the mark also sees the new versions.
    { ref: ERASED, from: mark, to: farMark },
  ];
  return { head, moves: moves.filter(({ from, to }) => from !== to), erases };
};
