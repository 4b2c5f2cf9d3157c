// Post: sends the waiting alerts of a concept to its webhook in signed posts, the oldest first; failed posts are repeated for a day.
import type { Delivery } from "#services/bus/bus.ts";
import { readConceptId } from "#services/domain/ids.ts";
import { type Duration, milliseconds, seconds } from "#services/domain/units.ts";
import {
  type AlertToPost,
  failedPost,
  findCollection,
  findConcept,
  nextPost,
  postedAlerts,
  type StoredConcept,
  type WaitingPost,
} from "#services/store/store.ts";
import { postWebhook } from "#services/webhooks/webhook.ts";
import type { Belt } from "../stage.ts";

/** Pauses after the first failure, the second …; the last one is repeated. */
const PAUSES = [5, 30, 120, 600, 1800, 3600].map(seconds);
const GIVE_UP_MS = 24 * 3_600_000;

/** Varied a little, so that posts that fail together are not repeated at the same moment. */
const pauseAfter = (failures: number): Duration => {
  const pause = PAUSES[Math.min(failures, PAUSES.length - 1)] ?? seconds(3600);
  return milliseconds(Math.round(pause * (0.8 + 0.4 * Math.random())));
};

const bodyOf = (
  concept: StoredConcept,
  collection: { readonly id: string; readonly name: string },
  { post, withText }: { readonly post: WaitingPost; readonly withText: boolean },
): string =>
  JSON.stringify({
    type: "concept.matched",
    timestamp: new Date(post.raisedAt).toISOString(),
    data: {
      collection,
      concept: { id: concept.id, name: concept.name },
      alerts: post.alerts.map((alert: AlertToPost) => ({
        id: alert.id,
        chunk: alert.chunk,
        message: alert.message,
        conversation: alert.conversation,
        probability: Number(alert.probability.toFixed(4)),
        path: `/conversation/${alert.conversation}?at=${alert.message}`,
        ...(withText ? { text: alert.text } : {}),
      })),
    },
  });

const counted = (alerts: number) => `${alerts} alert${alerts === 1 ? "" : "s"}`;

/** "2026-03-01 14:05 UTC" */
const moment = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const afterFailure = async (
  belt: Belt,
  concept: StoredConcept,
  outcome: { readonly kind: "failed" | "refused"; readonly says: string },
): Promise<void> => {
  const { store } = belt.parlance;
  const now = store.now();
  const since = concept.failingSince ?? now;
  if (outcome.kind === "refused" || now - since >= GIVE_UP_MS) {
    const why = outcome.kind === "refused" ? "" : ` It has failed since ${moment(since)}.`;
    const says = `Stopped at ${moment(now)}: ${outcome.says}${why} New alerts will be posted again.`;
    return failedPost(store, concept.id, { says, next: "never" });
  }
  const next = pauseAfter(concept.failures);
  const says = `Failed at ${moment(now)}: ${outcome.says} The next attempt is at ${moment(now + next)}.`;
  return failedPost(store, concept.id, { says, next });
};

/** Sends what waits; a second delivery finds nothing that waits, or sends the same post under the same id. */
export const post = async (belt: Belt, delivery: Delivery<"alert.due">): Promise<void> => {
  const { store, config } = belt.parlance;
  const id = readConceptId(delivery.payload.concept);
  if (!id) return;
  for (let sent = 1; ; sent++) {
    delivery.signal.throwIfAborted();
    const concept = await findConcept(store.rows, id);
    const collection = concept && (await findCollection(store.rows, concept.collection));
    if (!collection || concept.webhook === null || concept.secret === null) return;
    const waiting = await nextPost(store.rows, id);
    if (!waiting) return;
    if (waiting.alerts.length === 0) {
      // All alerts of the post have been superseded or erased since.
      await postedAlerts(store, id, { post: waiting.id, says: concept.webhookState ?? "" });
      continue;
    }
    const outcome = await postWebhook(
      {
        url: concept.webhook,
        secret: concept.secret,
        id: waiting.id,
        at: store.now(),
        body: bodyOf(
          concept,
          { id: collection.id, name: collection.name },
          { post: waiting, withText: config.webhookText },
        ),
      },
      { allowPrivate: config.webhookPrivate, signal: delivery.signal },
    );
    delivery.signal.throwIfAborted();
    await belt.reached("post.answered");
    if (outcome.kind !== "accepted")
      return afterFailure(belt, concept, { kind: outcome.kind, says: outcome.says });
    const says = `Posted ${counted(waiting.alerts.length)} at ${moment(store.now())}: ${outcome.says}`;
    await postedAlerts(store, id, { post: waiting.id, says });
    await delivery.progressed(delivery.checkpoint + sent);
  }
};
