// Requests about shared links: those of a collection, a new one, the withdrawal of one; and what a link opens, for whoever has it.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  madeShare,
  type newShare,
  type OpenedShare,
  openedShare,
  type openShare,
  shareList,
} from "#services/contract/shares.ts";
import type { FileSource } from "./attachments.ts";
import { base, ProblemError, readAnswer, reading } from "./plain-request.ts";
import { ask, tell } from "./request.ts";
import { sendWithCookie } from "./session.ts";

const at = (collection: string) => `${base}/collections/${encodeURIComponent(collection)}/shares`;

export const sharesQuery = (collection: string) =>
  queryOptions({
    queryKey: ["shares", collection],
    queryFn: async ({ signal }) => (await ask(shareList, at(collection), { signal })).shares,
    // Others open them meanwhile.
    staleTime: 0,
  });
export const makeShare = (collection: string, body: z.input<typeof newShare>) =>
  ask(madeShare, at(collection), { method: "POST", body });
export const withdrawShare = (collection: string, share: string) =>
  tell(`${at(collection)}/${encodeURIComponent(share)}`, { method: "DELETE" });

/** Asked while the page is visible: what a link opened that has ended since is not read on for longer. */
const checkMs = 120_000;
/** Whoever comes back to the page after so long is to see at once that it has ended. */
const awayMs = 30_000;

/** Why what a link opened is not to be shown any longer: by the code of the problem. */
const ends: ReadonlyMap<string, "ended" | "gone"> = new Map([
  ["link-used", "ended"],
  ["share-gone", "gone"],
]);

/** Whether a link that was opened still works; what else goes wrong says nothing about it. */
export const sharedCheckQuery = (token: string) =>
  queryOptions({
    queryKey: ["shared-check", token],
    queryFn: async (): Promise<"works" | "ended" | "gone"> => {
      try {
        await sendWithCookie(`${base}/shared/check`, { token });
        return "works";
      } catch (error) {
        const end = error instanceof ProblemError && ends.get(error.problem.code ?? "");
        if (end) return end;
        throw error;
      }
    },
    retry: false,
    // It has just been opened.
    initialData: "works" as const,
    staleTime: awayMs,
    gcTime: 0,
    refetchOnWindowFocus: ({ state }) =>
      state.data === "works" &&
      Date.now() - Math.max(state.dataUpdatedAt, state.errorUpdatedAt) >= awayMs &&
      "always",
    refetchInterval: ({ state }) => state.data === "works" && checkMs,
  });

/** The files of a conversation that a link shares. */
export const sharedFiles = (token: string, first: OpenedShare): FileSource => ({
  key: token,
  fetch: async (attachment, signal) => {
    const pass = first.kind === "conversation" ? first.pass : undefined;
    const asked = { token, attachment, ...(pass !== undefined && { pass }) };
    const response = await sendWithCookie(`${base}/shared/file`, asked);
    return reading(() => response.blob(), signal);
  },
});

/** What a link shares, a page of it. Each first page counts as once opened. */
export const openSharedThing = async (given: z.infer<typeof openShare>): Promise<OpenedShare> =>
  readAnswer(openedShare, await sendWithCookie(`${base}/shared/open`, given), {});
