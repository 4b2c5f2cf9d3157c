// Topics over HTTP: the list, one of them, what became of them, and changes by hand.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { leafOfMessages } from "#services/analyse/frame/frame.ts";
import {
  editList,
  savedEdit,
  type TopicEdit,
  topicDetail,
  topicEdit,
  topicEventList,
  topicList,
} from "#services/contract/analysis.ts";
import { rejected } from "#services/domain/errors.ts";
import { readEditId, readTopicId } from "#services/domain/ids.ts";
import { nearestTopics } from "#services/saved-analysis/saved-analysis.ts";
import {
  appendEdit,
  type CollectionRow,
  enqueueAnalysis,
  findTopic,
  listEdits,
  listTopicEvents,
  listTopics,
  type StoredEdit,
  type StoredTopic,
  undoEdit,
} from "#services/store/store.ts";
import { loadExamples, maskOf, pointOf, viewEvent, viewTopic } from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  type ScopedParts,
  unknown,
} from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["Topics"];
/** Examples of each topic in the list; its own page has all. */
const LISTED_EXAMPLES = 3;

const viewEdit = ({ id, at, edit, says, state }: StoredEdit) => ({ id, at, edit, says, state });

/** A sentence for the log of edits. @throws ParlanceError rejected `unknown-topic` (404) */
const sayEdit = (edit: TopicEdit, topics: readonly StoredTopic[]): string => {
  const title = (id: string) => {
    const found = topics.find((topic) => topic.id === id);
    if (!found) throw unknown("topic");
    return `“${found.title}”`;
  };
  switch (edit.kind) {
    case "rename":
      return edit.title === ""
        ? `${title(edit.topic)} has the name that was made for it again.`
        : `${title(edit.topic)} is called “${edit.title}”.`;
    case "merge":
      return `${edit.topics.map(title).join(", ")} ${edit.topics.length === 1 ? "is" : "are"} part of ${title(edit.into)}.`;
    case "split":
      return `${title(edit.topic)} is divided into ${edit.parts}.`;
    case "move":
      return edit.to === null
        ? "Messages were removed from their topics."
        : `Messages were moved to ${title(edit.to)}.`;
    case "hide":
      return `${title(edit.topic)} is ${edit.hidden ? "hidden" : "shown again"}.`;
    default:
      return edit satisfies never;
  }
};

/** Only leaves hold messages of their own: what lies above them follows. */
const checkEdit = (edit: TopicEdit, topics: readonly StoredTopic[]): void => {
  const touched =
    edit.kind === "merge"
      ? [...edit.topics, edit.into]
      : edit.kind === "split"
        ? [edit.topic]
        : edit.kind === "move" && edit.to !== null
          ? [edit.to]
          : [];
  const parent = topics.find(({ id, leafNumber }) => touched.includes(id) && leafNumber === null);
  if (parent)
    throw rejected(`“${parent.title}” is made of other topics.`, {
      code: "not-a-leaf",
      hint: "Merge, split and move the topics below it.",
    });
  if (edit.kind === "merge" && edit.topics.every((id) => id === edit.into))
    throw rejected("A topic cannot be merged with itself.", { code: "same-topic" });
};

export const topicRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/topics",
      summary: "What a collection is about: its topics, general ones before special ones",
      tags,
      request: { params, query: z.object({ hidden: z.enum(["0", "1"]).default("0") }) },
      responses: answers(200, topicList, "Topics with keywords and examples"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const view = await scoped.analyses.view(row.id);
      if (!view)
        return c.json({ analysis: null, version: null, topics: [], outliers: 0, messages: 0 }, 200);
      const all = view.topics;
      const shown = c.req.valid("query").hidden === "1" ? all : all.filter((t) => !t.hidden);
      const few = shown.map((topic) => ({
        ...topic,
        typical: topic.typical.slice(0, LISTED_EXAMPLES),
      }));
      const examples = await loadExamples(
        scoped.parlance.store.rows,
        few.flatMap(({ typical }) => typical),
      );
      const messages = view.frame.messages.count;
      return c.json(
        {
          analysis: view.analysis.id,
          version: view.analysis.version,
          topics: few.map((topic) => viewTopic(topic, { all, messages, examples })),
          outliers: leafOfMessages(view.frame).reduce((sum, leaf) => sum + (leaf < 0 ? 1 : 0), 0),
          messages,
        },
        200,
      );
    },
  );

  const topicOfPath = async (
    { parlance }: ScopedParts,
    row: CollectionRow,
    text: string,
  ): Promise<StoredTopic> => {
    const id = readTopicId(text);
    const topic = id && (await findTopic(parlance.store.rows, row.id, id));
    if (!topic) throw unknown("topic");
    return topic;
  };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/topics/{topic}",
      summary: "One topic, with its neighbours and its history",
      tags,
      request: { params: params.extend({ topic: z.string() }) },
      responses: answers(200, topicDetail, "The topic"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, topic: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const topic = await topicOfPath(scoped, row, text);
      const [view, events, examples] = await Promise.all([
        scoped.analyses.view(row.id),
        listTopicEvents(scoped.parlance.store.rows, {
          collection: row.id,
          topic: topic.id,
          limit: 100,
        }),
        loadExamples(scoped.parlance.store.rows, topic.typical),
      ]);
      const all = view?.topics ?? [];
      const near =
        view === undefined || topic.leafNumber === null
          ? []
          : await nearestTopics(await scoped.parlance.indexes.open(row.id), view, topic.leafNumber);
      return c.json(
        {
          topic: viewTopic(topic, {
            all,
            messages: view?.frame.messages.count ?? 0,
            examples,
          }),
          nearest: near.flatMap(({ leaf, similarity }) => {
            const other = view?.leaves[leaf];
            return other === undefined || other.hidden
              ? []
              : [{ topic: other.id, title: other.title, similarity }];
          }),
          events: events.map(viewEvent),
          selection: { topics: [topic.id] },
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/topic-events",
      summary: "What became of the topics from version to version, newest first",
      tags,
      request: { params },
      responses: answers(200, topicEventList, "Births, growth, merges, splits and deaths"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const events = await listTopicEvents(scoped.parlance.store.rows, { collection: row.id });
      return c.json({ events: events.map(viewEvent) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/topic-edits",
      summary: "Changes by hand that are in force, newest first",
      tags,
      request: { params },
      responses: answers(200, editList, "All of them"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const edits = await listEdits(scoped.parlance.store.rows, row.id, "in-force");
      return c.json({ edits: edits.toReversed().map(viewEdit) }, 200);
    },
  );

  /** A run that applies what waits for one: from the topics that are there, which takes seconds. */
  const askForRun = async (
    { parlance: { store }, wake }: ScopedParts,
    row: CollectionRow,
    edit: StoredEdit,
  ) => {
    if (edit.state !== "next") return;
    await store.transaction((rows) =>
      enqueueAnalysis(store, rows, { collection: row.id, mode: "update" }),
    );
    wake();
  };

  /**
   * A selection means the chunks it holds now: they stay moved whatever it would hold later.
   * @throws ParlanceError rejected `unknown-chunk` (404) | `nothing-to-move` | `too-many`
   */
  const settled = async (
    { parlance, analyses }: ScopedParts,
    row: CollectionRow,
    edit: TopicEdit,
  ): Promise<TopicEdit> => {
    if (edit.kind !== "move") return edit;
    const view = await analyses.view(row.id);
    if (!view) throw unknown("analysis");
    const chunks = new Set(edit.chunks);
    for (const chunk of chunks)
      if (pointOf(view, chunk) === undefined)
        throw rejected(`The last analysis has no message ${chunk}.`, {
          code: "unknown-chunk",
          status: 404,
          hint: "It may have been deleted, or be newer than the last analysis.",
        });
    const mask =
      edit.selection && (await maskOf(parlance, view, { row, selection: edit.selection }));
    for (let at = 0; mask !== undefined && at < mask.length; at++) {
      const point = view.frame.messages.point[at] ?? -1;
      if (mask[at] === 1 && point >= 0) chunks.add(view.frame.points.ids.at(point));
    }
    if (chunks.size === 0)
      throw rejected("There are no such messages in the topics.", {
        code: "nothing-to-move",
        hint: "They may be too new for the last analysis, or not be searched, as joins and leaves are not.",
      });
    if (chunks.size > 10_000)
      throw rejected(`${chunks.size.toLocaleString("en")} messages are too many to move by hand.`, {
        code: "too-many",
        hint: "Merge or split topics instead, or select 10,000 at most.",
      });
    return { kind: "move", to: edit.to, chunks: [...chunks] };
  };

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/topic-edits",
      summary: "Change topics by hand: rename, merge, split, move messages, hide",
      description:
        "A new name and hiding are seen at once; the rest is applied by a run that starts now and takes seconds. Later runs respect it.",
      tags,
      request: { params, body: jsonBody(topicEdit) },
      responses: answers(201, savedEdit, "What was changed, and when it is seen"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const topics = await listTopics(scoped.parlance.store.rows, row.id);
      const given = c.req.valid("json");
      const says = sayEdit(given, topics);
      checkEdit(given, topics);
      const edit = await appendEdit(scoped.parlance.store, row.id, {
        edit: await settled(scoped, row, given),
        says,
      });
      await askForRun(scoped, row, edit);
      return c.json(viewEdit(edit), 201);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/collections/{id}/topic-edits/{edit}",
      summary: "Undo a change by hand",
      tags,
      request: { params: params.extend({ edit: z.string() }) },
      responses: answers(200, savedEdit, "It counts no more"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, edit: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const edit = readEditId(text);
      if (!edit) throw unknown("edit");
      const undone = await undoEdit(scoped.parlance.store, row.id, edit);
      await askForRun(scoped, row, undone);
      return c.json(viewEdit(undone), 200);
    },
  );
};
