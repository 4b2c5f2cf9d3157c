// Who answers whom in a channel: the lines of many people in one stream → questions with the lines that belong to them. Decides from front to back.
import { asks } from "./asks.ts";
import {
  type ExchangeableMessage,
  type ExchangeParts,
  LONG,
  MOST_MEMBERS,
  REACH_LINES,
  REACH_MS,
  SPAN_LINES,
  SPAN_MS,
} from "./exchange.ts";
import { namesIn } from "./named.ts";

/** A line without a name goes on with what its author has just said to somebody, where it follows so closely. */
const CONTINUES_MS = 90_000;
const CONTINUES_LINES = 8;
/** Lines of the asker just before the question belong to it: “hi”, “I have installed …”. */
const LEAD_MS = 3 * 60_000;
const MOST_LEAD = 3;
/** Where two people have been alone for so many lines, one answers the other's question without a name. */
const ALONE_LINES = 10;

interface Draft {
  readonly opener: string;
  /** Places of its lines, ascending. */
  readonly lines: number[];
  readonly answerers: Set<string>;
  readonly asked: boolean;
}

/** The lines read so far, and the exchanges that they make. */
class Channel {
  readonly drafts: Draft[] = [];
  readonly #lines: ExchangeableMessage[] = [];
  /** The exchange of each line; undefined where it has none. */
  readonly #draftOf: (Draft | undefined)[] = [];
  readonly #openedBy = new Map<string, Draft>();
  /** The place of each person's last line, and of each message. */
  readonly #last = new Map<string, number>();
  readonly #places = new Map<string, number>();
  /** Names in lower case, as people write them. */
  readonly #authors = new Map<string, string>();

  get lines(): readonly ExchangeableMessage[] {
    return this.#lines;
  }

  take(message: ExchangeableMessage): void {
    const place = this.#lines.push(message) - 1;
    this.#draftOf.push(undefined);
    const draft = this.#find(message, place);
    if (draft) this.#join(draft, place);
    this.#last.set(message.author, place);
    this.#authors.set(message.author.toLowerCase(), message.author);
    this.#places.set(message.id, place);
  }

  #near(from: number, to: number, lines: number, ms: number): boolean {
    const [before, after] = [this.#lines[from]?.at, this.#lines[to]?.at];
    if (to - from > lines) return false;
    return before == null || after == null || after - before <= ms;
  }

  #reaches(from: number | undefined, to: number): from is number {
    return from !== undefined && this.#near(from, to, REACH_LINES, REACH_MS);
  }

  #isOpen({ lines }: Draft, place: number): boolean {
    const first = lines[0] ?? place;
    return (
      lines.length < MOST_MEMBERS &&
      this.#reaches(lines.at(-1), place) &&
      this.#near(first, place, SPAN_LINES, SPAN_MS)
    );
  }

  #openOf(author: string, place: number): Draft | undefined {
    const draft = this.#openedBy.get(author);
    return draft && this.#isOpen(draft, place) ? draft : undefined;
  }

  /** The exchange of a person's last line, where it is still open. */
  #lastDraftOf(author: string, place: number): Draft | undefined {
    const last = this.#last.get(author);
    if (!this.#reaches(last, place)) return undefined;
    const draft = this.#draftOf[last];
    return draft && this.#isOpen(draft, place) ? draft : undefined;
  }

  #join(draft: Draft, place: number): void {
    const author = this.#lines[place]?.author ?? "";
    draft.lines.push(place);
    this.#draftOf[place] = draft;
    if (author !== draft.opener) draft.answerers.add(author);
  }

  /** Opens an exchange with a line, and with lines of its author just before it that belong to no other. */
  #openAt(place: number, asked: boolean): Draft {
    const opener = this.#lines[place]?.author ?? "";
    const lead: number[] = [];
    for (let at = place - 1, later = place; at >= 0 && lead.length < MOST_LEAD; at--) {
      if (!this.#near(at, later, REACH_LINES, LEAD_MS)) break;
      if (this.#lines[at]?.author !== opener) continue;
      if (this.#draftOf[at]) break;
      lead.unshift(at);
      later = at;
    }
    const draft: Draft = { opener, lines: [], answerers: new Set(), asked };
    for (const at of lead) this.#join(draft, at);
    this.#openedBy.set(opener, draft);
    this.drafts.push(draft);
    return draft;
  }

  /** The person whom a line is said to; undefined where it names nobody who is there. */
  #addressee(message: ExchangeableMessage, place: number): string | undefined {
    const answered = message.replyTo == null ? undefined : this.#places.get(message.replyTo);
    const replied = answered === undefined ? undefined : this.#lines[answered]?.author;
    const isThere = (author: string | undefined): author is string =>
      author !== undefined &&
      author !== message.author &&
      (this.#reaches(this.#last.get(author), place) || this.#openOf(author, place) !== undefined);
    if (isThere(replied)) return replied;
    return namesIn(message.text)
      .map((name) => this.#authors.get(name.toLowerCase()))
      .find(isThere);
  }

  /** The place of the last line that somebody said in an exchange; −1 where they said none. */
  #lastIn({ lines }: Draft, author: string): number {
    return lines.findLast((place) => this.#lines[place]?.author === author) ?? -1;
  }

  #named(message: ExchangeableMessage, to: string, place: number): Draft | undefined {
    const own = this.#openOf(message.author, place);
    const theirs = this.#openOf(to, place);
    const answered = own?.answerers.has(to) ? own : undefined;
    if (answered && theirs)
      return this.#lastIn(answered, to) > this.#lastIn(theirs, to) ? answered : theirs;
    const draft = answered ?? theirs ?? this.#lastDraftOf(to, place);
    if (draft) return draft;
    // Nobody noticed that it was a question until somebody answered it.
    const said = this.#last.get(to);
    if (!this.#reaches(said, place) || this.#draftOf[said]) return undefined;
    const opened = this.#openAt(said, asks(this.#lines[said]?.text ?? ""));
    this.#join(opened, said);
    return opened;
  }

  /** The exchange that an author goes on with in a line that names nobody. */
  #goesOn(message: ExchangeableMessage, place: number): Draft | undefined {
    const last = this.#last.get(message.author);
    if (last === undefined || !this.#near(last, place, CONTINUES_LINES, CONTINUES_MS))
      return undefined;
    const draft = this.#draftOf[last];
    return draft && this.#isOpen(draft, place) ? draft : undefined;
  }

  #find(message: ExchangeableMessage, place: number): Draft | undefined {
    const isAsking = asks(message.text);
    const found = this.#findOpen(message, place, isAsking);
    const asksAnew = isAsking && found?.opener === message.author && found.lines.length >= LONG;
    if (found && !asksAnew) return found;
    if (isAsking) return this.#openAt(place, true);
    return this.#alone(message, place);
  }

  /** The exchange that was spoken in last, where nobody but its opener and this author has been speaking. */
  #alone(message: ExchangeableMessage, place: number): Draft | undefined {
    const draft = this.#draftOf[place - 1];
    if (!draft?.asked || !this.#isOpen(draft, place)) return undefined;
    for (let at = place - 1; at >= 0 && this.#near(at, place, ALONE_LINES, REACH_MS); at--) {
      const author = this.#lines[at]?.author;
      if (author !== draft.opener && author !== message.author) return undefined;
    }
    return draft;
  }

  #findOpen(message: ExchangeableMessage, place: number, isAsking: boolean): Draft | undefined {
    const to = this.#addressee(message, place);
    if (to !== undefined) return this.#named(message, to, place);
    const goesOn = this.#goesOn(message, place);
    if (goesOn && (goesOn.opener === message.author || !isAsking)) return goesOn;
    return this.#openOf(message.author, place);
  }
}

/**
 * The exchanges of a channel, in the order in which they were opened. A line belongs to at most one. A message added at the end
 * changes only exchanges that are still open: whose last line is at most 10 minutes and 40 lines before it.
 * @param messages of people, in order
 */
export const channelExchanges = (messages: Iterable<ExchangeableMessage>): ExchangeParts[] => {
  const channel = new Channel();
  for (const message of messages) channel.take(message);
  return channel.drafts
    .filter(({ asked, answerers }) => asked || answerers.size > 0)
    .map(({ opener, lines }) => ({
      members: lines.flatMap((place) => channel.lines[place] ?? []),
      isAnswer: ({ author }) => author !== opener,
    }));
};
