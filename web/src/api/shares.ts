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

/** Asked while the page is visible: a link that is withdrawn is not read on for longer. */
const checkMs = 30_000;

/** Whether a link that was opened still works; what else goes wrong says nothing about it. */
export const sharedCheckQuery = (token: string) =>
  queryOptions({
    queryKey: ["shared-check", token],
    queryFn: async (): Promise<"works" | "ended"> => {
      try {
        await sendWithCookie(`${base}/shared/check`, { token });
        return "works";
      } catch (error) {
        if (error instanceof ProblemError && error.problem.code === "link-used") return "ended";
        throw error;
      }
    },
    retry: false,
    // It has just been opened.
    initialData: "works" as const,
    staleTime: checkMs,
    gcTime: 0,
    refetchOnWindowFocus: "always",
    refetchInterval: ({ state }) => (state.data === "ended" ? false : checkMs),
  });

/** The files of a conversation that a link shares. */
export const sharedFiles = (given: {
  readonly token: string;
  readonly password: string | undefined;
}): FileSource => ({
  key: given.token,
  fetch: async (attachment, signal) => {
    const { token, password } = given;
    const asked = { token, attachment, ...(password !== undefined && { password }) };
    const response = await sendWithCookie(`${base}/shared/file`, asked);
    return reading(() => response.blob(), signal);
  },
});

/** What a link shares, a page of it. Each first page counts as once opened. */
export const openSharedThing = async (given: z.infer<typeof openShare>): Promise<OpenedShare> =>
  readAnswer(openedShare, await sendWithCookie(`${base}/shared/open`, given), {});
