// Requests about the whole server, for whoever runs it: settings, model, what is stored, given-up jobs of all organizations.
import { queryOptions } from "@tanstack/react-query";
import { givenUpList, modelReport, settingList, storageReport } from "#services/contract/server.ts";
import { base } from "./plain-request.ts";
import { ask } from "./request.ts";

export const settingsQuery = queryOptions({
  queryKey: ["server", "settings"],
  queryFn: ({ signal }) => ask(settingList, `${base}/settings`, { signal }),
});

export const modelQuery = queryOptions({
  queryKey: ["server", "model"],
  queryFn: ({ signal }) => ask(modelReport, `${base}/model`, { signal }),
});

export const storageQuery = queryOptions({
  queryKey: ["server", "storage"],
  queryFn: ({ signal }) => ask(storageReport, `${base}/storage`, { signal }),
});

const givenUp = `${base}/given-up-jobs`;
const one = (id: string) => `${givenUp}/${encodeURIComponent(id)}`;
export const givenUpQuery = queryOptions({
  queryKey: ["server", "given-up-jobs"],
  queryFn: ({ signal }) => ask(givenUpList, givenUp, { signal }),
});
/** @returns those that are left */
export const retryAnywhere = (id: string) =>
  ask(givenUpList, `${one(id)}/retry`, { method: "POST" });
/** @returns those that are left */
export const forgetAnywhere = (id: string) => ask(givenUpList, one(id), { method: "DELETE" });
