// Requests about the server's embedding models.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  modelSpeed,
  modelTest,
  modelTrial,
  type modelTrialRequest,
  registeredModel,
  registeredModels,
} from "#services/contract/models.ts";
import { base } from "./plain-request.ts";
import { ask, tell } from "./request.ts";

const all = `${base}/models`;
const one = (id: string) => `${all}/${encodeURIComponent(id)}`;

/** A model that is being fetched is looked at again after so long. */
const FETCHING_MS = 1000;

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => ask(registeredModels, all, { signal }),
  refetchInterval: ({ state: { data } }) =>
    data?.models.some(({ state }) => state === "fetching") ? FETCHING_MS : false,
});

export const addModel = (from: string) =>
  ask(registeredModel, all, { method: "POST", body: { from } });
export const removeModel = (id: string) => tell(one(id), { method: "DELETE" });
export const makeModelDefault = (id: string) =>
  ask(registeredModel, `${one(id)}/default`, { method: "POST" });
export const testModel = (id: string) => ask(modelTest, `${one(id)}/test`, { method: "POST" });
export const tryModel = (collection: string, body: z.infer<typeof modelTrialRequest>) =>
  ask(modelTrial, `${base}/collections/${encodeURIComponent(collection)}/try-model`, {
    method: "POST",
    body,
  });
export const measureModel = (id: string) => ask(modelSpeed, `${one(id)}/bench`, { method: "POST" });
