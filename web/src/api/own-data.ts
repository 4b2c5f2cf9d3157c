// Requests about what belongs to one person: notices, what they alone manage, their data as a file, and the end of their account.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  type accountDeletion,
  noticeList,
  ownedList,
  unsubscribed,
} from "#services/contract/own-data.ts";
import { base, expectSuccess, readAnswer, send } from "./plain-request.ts";
import { whileReachable } from "./reachability.ts";
import { ask, tell } from "./request.ts";

const at = `${base}/account`;
const everyMs = 30_000;

export const noticesQuery = queryOptions({
  queryKey: ["account", "notices"],
  queryFn: ({ signal }) => ask(noticeList, `${at}/notices`, { signal }),
  refetchInterval: () => whileReachable(everyMs),
  retry: false,
});
export const seeNotices = () => tell(`${at}/notices/seen`, { method: "POST", body: {} });

export const ownedQuery = queryOptions({
  queryKey: ["account", "owned"],
  queryFn: async ({ signal }) => (await ask(ownedList, `${at}/owned`, { signal })).collections,
  // What is asked about is deleted: it has to be what is there now.
  staleTime: 0,
});
export const deleteAccount = (body: z.input<typeof accountDeletion>) =>
  tell(`${at}/delete`, { method: "POST", body });
export const accountExportUrl = `${at}/export`;

/** By a link from a mail, whoever has it. */
export const endMails = async (token: string) => {
  const question = { method: "POST", body: {} } as const;
  const path = `${base}/notices/unsubscribe?token=${encodeURIComponent(token)}`;
  return readAnswer(unsubscribed, await expectSuccess(await send(path, question), question), {});
};
