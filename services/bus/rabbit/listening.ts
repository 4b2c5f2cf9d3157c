// Consumers of one queue in RabbitMQ: one channel with one message at a time for each job that may be in hand.
import type { Channel, ConsumeMessage } from "amqplib";
import type { JobName } from "#services/contract/jobs.ts";
import { type Session, watchChannel, within } from "./link.ts";
import { readMessage, type Topology } from "./topology.ts";

/** Milliseconds for which a message is held: RabbitMQ closes the channel after 30 minutes without an acknowledgement. */
export const HOLD_MS = 15 * 60_000;
const CANCEL_MS = 2000;

interface Slot {
  readonly channel: Channel;
  readonly session: Session;
  /** Undefined while it is not consuming. */
  tag: string | undefined;
  message: Received | undefined;
  retired: boolean;
}

/** A message that came, and the job it is about. */
interface Received {
  readonly id: string;
  readonly raw: ConsumeMessage;
  readonly slot: Slot;
  readonly since: number;
  acknowledged: boolean;
}

export interface ListeningOptions {
  readonly name: JobName;
  readonly topology: Topology;
  /** Jobs that may be in hand at a time. */
  readonly concurrency: number;
  readonly holdMs?: number | undefined;
  /** A message has come. */
  onMessage(): void;
  /** A message is not read: of another version, or not ours. */
  onUnread(error: unknown): void;
}

/** The messages of one name: each is offered until it is taken or dropped, and acknowledged when its job is settled or dropped. */
export class Listening {
  readonly #options: ListeningOptions;
  readonly #slots = new Set<Slot>();
  readonly #offered: Received[] = [];
  readonly #taken = new Map<string, Received>();
  #session: Session | undefined;
  #paused = 0;
  #leaving = false;
  #turn: Promise<void> = Promise.resolve();
  /** Since RabbitMQ was last asked how many messages wait. */
  #heard = false;
  #silent = 0;

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  get name(): JobName {
    return this.#options.name;
  }

  /** Its channels are made on this connection. */
  async attach(session: Session): Promise<void> {
    this.#session = session;
    await this.#balance();
  }

  /** The connection is gone, and its messages with it: RabbitMQ delivers them again. Jobs in hand go on. */
  detach(): void {
    this.#session = undefined;
    this.#slots.clear();
    this.#offered.length = 0;
    this.#silent = 0;
  }

  /** So many jobs in hand do nothing at the moment: as many more are listened for. */
  paused(count: number): void {
    this.#paused = count;
    this.#rebalance();
  }

  /** The oldest message that is neither taken nor dropped. */
  peek(): Pick<Received, "id"> | undefined {
    return this.#offered[0];
  }

  /** Its job is in hand of this process. */
  take(id: string): void {
    const received = this.#offered.find((one) => one.id === id);
    if (received === undefined) return;
    this.#offered.splice(this.#offered.indexOf(received), 1);
    // It was put back, sent and taken again before its end here was noticed.
    const earlier = this.#taken.get(id);
    if (earlier) this.#acknowledge(earlier);
    this.#taken.set(id, received);
  }

  /** Its job is not to be taken here now. */
  drop(id: string): void {
    const received = this.#offered.find((one) => one.id === id);
    if (received === undefined) return;
    this.#offered.splice(this.#offered.indexOf(received), 1);
    this.#acknowledge(received);
    this.#rebalance();
  }

  /** Its job is settled. */
  settled(id: string): void {
    const received = this.#taken.get(id);
    if (received === undefined) return;
    this.#taken.delete(id);
    this.#acknowledge(received);
    this.#rebalance();
  }

  /**
   * Acknowledges what is held for too long: the lease in the database protects its job. Its channel listens again when the job ends.
   */
  async releaseHeld(now: number): Promise<void> {
    const limit = this.#options.holdMs ?? HOLD_MS;
    for (const slot of this.#slots)
      if (slot.message && !slot.message.acknowledged && now - slot.message.since >= limit) {
        // Before the acknowledgement: after it the next message would come, and be held up by this job.
        await this.#cancel(slot);
        if (slot.message) this.#acknowledge(slot.message, { keep: true });
      }
  }

  /**
   * @param waiting messages that wait in the queue
   * @returns whether it is free and hears nothing though messages have waited twice: its consumers are dead
   */
  isDeaf(waiting: number): boolean {
    const isFree = [...this.#slots].some(({ message, tag }) => !message && tag !== undefined);
    this.#silent = waiting > 0 && isFree && !this.#heard ? this.#silent + 1 : 0;
    this.#heard = false;
    return this.#silent >= 2;
  }

  /** Listens no more. @returns the jobs of the messages that were still offered: to be sent again */
  async quiet(): Promise<string[]> {
    this.#leaving = true;
    const silenced = Promise.all([...this.#slots].map((slot) => this.#cancel(slot)));
    await within(CANCEL_MS, "cancelling", silenced).catch(() => undefined);
    const left = this.#offered.map(({ id }) => id);
    for (const id of left) this.drop(id);
    return left;
  }

  /** To be called when no job is in hand any more. */
  async close(): Promise<void> {
    await this.#turn;
    const closing = Promise.all([...this.#slots].map((slot) => this.#retire(slot)));
    await within(CANCEL_MS, "closing", closing).catch(() => undefined);
  }

  #acknowledge(received: Received, { keep = false } = {}): void {
    const { slot, raw } = received;
    if (!keep && slot.message === received) slot.message = undefined;
    if (received.acknowledged) return;
    received.acknowledged = true;
    if (!this.#slots.has(slot)) return;
    try {
      slot.channel.ack(raw);
    } catch (error) {
      // Closed just now: RabbitMQ delivers it again, and it is dropped then.
      slot.session.failed(error);
    }
  }

  #rebalance(): void {
    this.#balance().catch((error: unknown) => this.#session?.failed(error));
  }

  /** One after the other, so that channels are neither made nor closed twice. */
  #balance(): Promise<void> {
    const turn = this.#turn.then(() => this.#balanceNow());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #balanceNow(): Promise<void> {
    const session = this.#session;
    if (session === undefined || this.#leaving) return;
    // Jobs whose messages were lost with an earlier connection take up places too.
    const lost = [...this.#taken.values()].filter(({ slot }) => !this.#slots.has(slot)).length;
    const wanted = this.#options.concurrency + this.#paused - lost;
    while (this.#slots.size < wanted && this.#session === session) await this.#open(session);
    for (const slot of [...this.#slots]) {
      if (slot.message) continue;
      if (this.#slots.size > wanted) await this.#retire(slot);
      else if (slot.tag === undefined) await this.#listen(slot);
    }
  }

  async #open(session: Session): Promise<void> {
    const channel = await session.connection.createChannel();
    const slot: Slot = { channel, session, tag: undefined, message: undefined, retired: false };
    watchChannel(channel, session, () => slot.retired);
    await channel.prefetch(1);
    if (this.#session !== session) return;
    this.#slots.add(slot);
    await this.#listen(slot);
  }

  async #listen(slot: Slot): Promise<void> {
    const { name, topology } = this.#options;
    const { consumerTag } = await slot.channel.consume(
      topology.queueOf(name),
      (raw) => {
        if (raw) this.#received(slot, raw);
        else slot.session.failed(new Error(`RabbitMQ cancelled a consumer of ${name}`));
      },
      { noAck: false, exclusive: false },
    );
    slot.tag = consumerTag;
    if (this.#leaving) await this.#cancel(slot);
  }

  #received(slot: Slot, raw: ConsumeMessage): void {
    this.#heard = true;
    const id = readMessage(raw.content);
    if (id === undefined) {
      this.#options.onUnread(new Error("a message is not of this version: it was dropped"));
      slot.channel.ack(raw);
      return;
    }
    const received: Received = { id, raw, slot, since: performance.now(), acknowledged: false };
    slot.message = received;
    this.#offered.push(received);
    this.#options.onMessage();
  }

  async #cancel(slot: Slot): Promise<void> {
    const { tag } = slot;
    slot.tag = undefined;
    if (tag !== undefined && this.#slots.has(slot)) await slot.channel.cancel(tag);
  }

  async #retire(slot: Slot): Promise<void> {
    await this.#cancel(slot);
    // One came while it was being cancelled: the channel stays until that is settled.
    if (slot.message) return;
    slot.retired = true;
    this.#slots.delete(slot);
    await slot.channel.close();
  }
}
