// A builder for tests: what an inspection found in a small ChatGPT export.
import { type UploadInspection, uploadInspection } from "#services/contract/inspections.ts";
import { at } from "./answers.builders.ts";

export const anInspection = (given: Partial<UploadInspection> = {}): UploadInspection =>
  uploadInspection.parse({
    filename: "conversations.json",
    bytes: 7000,
    formats: [
      { source: "chatgpt", name: "ChatGPT export", version: "in parts", toldBy: "structure" },
    ],
    tables: [],
    conversations: 7,
    branched: 1,
    messages: 25,
    others: { notices: 1, thinking: 0, tool: 2, offMainPath: 0 },
    authors: {
      count: 2,
      first: [
        { name: "You", messages: 13 },
        { name: "ChatGPT", messages: 12 },
      ],
    },
    models: ["gpt-4o"],
    from: at(1, 1),
    to: at(1, 10),
    withoutTime: 0,
    assumedZone: 0,
    languages: [
      { code: "en", share: 0.92 },
      { code: "de", share: 0.08 },
    ],
    attachments: 3,
    problems: [
      {
        code: "missing-shard",
        reason: "The archive does not contain it.",
        count: 2,
        places: ["conversations-001.json"],
      },
    ],
    inspectedAt: at(5, 9),
    preview: {
      conversations: { new: 1, extended: 1, changed: 0, unchanged: 5 },
      entries: { new: 3, known: 21, changed: 1, gone: 2 },
    },
    ...given,
  });
