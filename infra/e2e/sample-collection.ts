// The sample of a server that was started with --demo, or on a copy of its home, once it is analysed, with the address of every page about it.
import type { Analysis, TopicList } from "#services/contract/analysis.ts";
import type { Collection } from "#services/contract/collections.ts";
import type { Concept } from "#services/contract/concepts.ts";
import type { ConversationSummary } from "#services/contract/conversations.ts";
import { callJson, type RunningServer } from "./running-server.ts";

export interface SampleCollection {
  readonly id: string;
  readonly conversations: readonly string[];
  /** The pages of a collection, this one by default; a topic's and a concept's page are always of this one's. */
  pagesOf(collection?: string): readonly string[];
}

/** The pages that are of no collection. */
export const commonPages = [
  "/",
  "/search",
  "/alerts",
  "/jobs",
  "/status",
  "/words",
  "/formats",
  "/formats/slack",
  "/server/storage",
] as const;

/** Waits until all of the sample is indexed and analysed. Returns the id of its collection, the first one. */
export const untilSampleIsRead = async (server: RunningServer): Promise<string> => {
  const { collections } = await callJson<{ collections: Collection[] }>(
    `${server.url}/api/v1/collections`,
  );
  const id = collections[0]?.id ?? "";
  const path = `${server.url}/api/v1/collections/${id}`;
  for (;;) {
    const { conversations, pending } = await callJson<Collection>(path);
    const { state, stale } = await callJson<Analysis>(`${path}/analysis`);
    if (`${conversations} ${pending} ${state} ${stale}` === "59 0 done false") return id;
    await new Promise((later) => setTimeout(later, 300));
  }
};

/** Waits until all of the sample is indexed and analysed, and makes a concept in it. */
export const readSampleCollection = async (server: RunningServer): Promise<SampleCollection> => {
  const id = await untilSampleIsRead(server);
  const path = `${server.url}/api/v1/collections/${id}`;
  const { topics } = await callJson<TopicList>(`${path}/topics`);
  const topic = topics.find(({ leaf }) => leaf)?.id;
  const concept = await callJson<Concept>(`${path}/concepts`, {
    body: { name: "Late deliveries", query: "A delivery came late or was wrong" },
  });
  const { conversations } = await callJson<{ conversations: ConversationSummary[] }>(
    `${path}/conversations`,
  );
  const below = [
    "",
    "/search?q=oven",
    "/topics",
    `/topics/${topic}`,
    "/map",
    "/trends",
    "/compare",
    "/concepts",
    `/concepts/${concept.id}`,
    "/people",
    "/conversations",
    "/uploads",
    "/versions",
    "/settings",
  ];
  return {
    id,
    conversations: conversations.map((one) => one.id),
    pagesOf: (collection = id) => below.map((rest) => `/c/${collection}${rest}`),
  };
};
