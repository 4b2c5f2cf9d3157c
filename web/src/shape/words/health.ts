// A collection's health in words.
import type { CollectionHealth } from "#services/contract/common.ts";

const titles = {
  ok: "Works in full",
  degraded: "Works in part only",
  rebuilding: "The index is being rebuilt",
} as const satisfies Record<CollectionHealth["state"], string>;

export const healthTitle = (state: CollectionHealth["state"]): string => titles[state];

/** Notices without those that only repeat a reason of the health alert. */
export const otherNotices = (
  notices: readonly string[],
  health: CollectionHealth | undefined,
): readonly string[] =>
  notices.filter((notice) => !health?.reasons.some(({ message }) => notice.includes(message)));
