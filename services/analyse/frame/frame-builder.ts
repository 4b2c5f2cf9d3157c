// Builds a frame row by row: first the conversations with their messages, in order, then the points with their topics and places.
import { PackedTexts } from "#index-store/index-store.ts";
import { Growing } from "#services/domain/growing.ts";
import { type Frame, type FramePoints, roles } from "./frame-columns.ts";

export interface NewConversation {
  readonly id: string;
  readonly title: string | null;
  readonly source: string;
  readonly channel: string | null;
}

export interface NewMessage {
  readonly id: string;
  readonly author: string;
  readonly role: string;
  /** Milliseconds; null where it is not known. */
  readonly at: number | null;
  readonly language: string | null;
  readonly model: string | null;
  readonly length: number;
  /** −100 … 100, or NO_SENTIMENT. */
  readonly sentiment: number;
  readonly flags: number;
  /** Row of a point; −1 for none. */
  readonly point: number;
}

export interface FrameBuilder {
  /** Starts a conversation; the messages added after it belong to it. */
  conversation(of: NewConversation): void;
  /** Adds a message and returns its row. */
  message(of: NewMessage): number;
  /** Rows of messages so far. */
  readonly messages: number;
  /** Replaces the point of each message, where it has one: what a message is shown on may be known only after all are read. */
  place(pointOf: (point: number) => number): void;
  /** May be called again with other points: an analysis draws the map after it has found the topics. */
  build(unit: Frame["unit"], points: FramePoints): Frame;
}

/** Gives each distinct text a number, in order of appearance. */
class Names {
  readonly list: string[] = [];
  readonly #places = new Map<string, number>();

  place(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.list.length);
    this.list.push(name);
    return this.list.length - 1;
  }

  /** −1 for null. */
  placeOf(name: string | null): number {
    return name === null ? -1 : this.place(name);
  }
}

const mostLength = 2 ** 32 - 1;

export const openFrameBuilder = (): FrameBuilder => {
  const names = {
    author: new Names(),
    channel: new Names(),
    source: new Names(),
    language: new Names(),
    model: new Names(),
  };
  const ids = new PackedTexts();
  const conversations = {
    ids: new PackedTexts(),
    titles: new PackedTexts(),
    source: new Growing((n) => new Uint8Array(n)),
    channel: new Growing((n) => new Int32Array(n)),
  };
  const columns = {
    conversation: new Growing((n) => new Uint32Array(n)),
    author: new Growing((n) => new Uint32Array(n)),
    role: new Growing((n) => new Uint8Array(n)),
    at: new Growing((n) => new Float64Array(n)),
    language: new Growing((n) => new Int16Array(n)),
    model: new Growing((n) => new Int16Array(n)),
    length: new Growing((n) => new Uint32Array(n)),
    sentiment: new Growing((n) => new Int8Array(n)),
    flags: new Growing((n) => new Uint8Array(n)),
    point: new Growing((n) => new Int32Array(n)),
  };
  const roleNames: readonly string[] = roles;
  return {
    get messages() {
      return ids.length;
    },
    conversation({ id, title, source, channel }) {
      conversations.ids.push(id);
      conversations.titles.push(title ?? "");
      conversations.source.push(names.source.place(source));
      conversations.channel.push(names.channel.placeOf(channel));
    },
    message(of) {
      ids.push(of.id);
      columns.conversation.push(conversations.ids.length - 1);
      columns.author.push(names.author.place(of.author));
      columns.role.push(Math.max(0, roleNames.indexOf(of.role)));
      columns.at.push(of.at ?? Number.NaN);
      columns.language.push(names.language.placeOf(of.language));
      columns.model.push(names.model.placeOf(of.model));
      columns.length.push(Math.min(of.length, mostLength));
      columns.sentiment.push(of.sentiment);
      columns.flags.push(of.flags);
      columns.point.push(of.point);
      return ids.length - 1;
    },
    place(pointOf) {
      columns.point.change((point) => (point < 0 ? point : pointOf(point)));
    },
    build: (unit, points) => ({
      unit,
      points,
      messages: {
        count: ids.length,
        ids,
        conversation: columns.conversation.all(),
        author: columns.author.all(),
        role: columns.role.all(),
        at: columns.at.all(),
        language: columns.language.all(),
        model: columns.model.all(),
        length: columns.length.all(),
        sentiment: columns.sentiment.all(),
        flags: columns.flags.all(),
        point: columns.point.all(),
      },
      conversations: {
        count: conversations.ids.length,
        ids: conversations.ids,
        titles: conversations.titles,
        source: conversations.source.all(),
        channel: conversations.channel.all(),
      },
      authors: names.author.list,
      channels: names.channel.list,
      sources: names.source.list,
      languages: names.language.list,
      models: names.model.list,
    }),
  };
};
