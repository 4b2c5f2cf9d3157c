// Tests of the queue for API threads: order, limits, and the share of analyses.
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { defaultLimits, openQueue, type WorkLimits } from "./queue.ts";

const here = new AbortController().signal;
const busy = { kind: "unavailable", code: "busy" };

const openReady = (threads: number, limits = defaultLimits) => {
  const queue = openQueue(threads, limits);
  for (let at = 0; at < threads; at++) queue.setReady(at, true);
  return queue;
};

const limitedTo = (limits: Partial<WorkLimits>) => ({
  ...defaultLimits,
  search: { ...defaultLimits.search, ...limits },
});

describe("the queue before the API threads", () => {
  it.each([
    ["searches so that few threads have to load an index", "search", [0, 0, 1, 1]],
    ["requests for rows evenly", "rows", [0, 1, 0, 1]],
  ] as const)("spreads two requests at a time over each thread: %s", async (_, work, threads) => {
    const queue = openReady(2);
    const places = [
      await queue.enter(work, here),
      await queue.enter(work, here),
      await queue.enter(work, here),
      await queue.enter(work, here),
    ];
    expect(places.map(({ thread }) => thread)).toEqual(threads);
    const fifth = queue.enter("search", here);
    expect(queue.counts().waiting).toBe(1);
    places[3]?.done();
    expect((await fifth).thread).toBe(1);
  });

  it("counts a place that is released twice once", async () => {
    const queue = openReady(1);
    const [one] = [await queue.enter("rows", here), await queue.enter("rows", here)];
    one?.done();
    one?.done();
    const second = await queue.enter("rows", here);
    const waiting = queue.enter("rows", here);
    expect(queue.counts().waiting).toBe(1);
    second.done();
    await waiting;
  });

  it("gives the first search and the first analysis to different threads", async () => {
    const queue = openReady(3);
    const analysis = await queue.enter("analysis", here);
    const search = await queue.enter("search", here);
    expect([search.thread, analysis.thread]).toEqual([0, 2]);
  });

  it("gives texts to embed many places, evenly and beside other work", async () => {
    const queue = openReady(2);
    const texts = await Promise.all(
      Array.from({ length: 128 }, async () => await queue.enter("embedding", here)),
    );
    expect([0, 1].map((at) => texts.filter(({ thread }) => thread === at).length)).toEqual([
      64, 64,
    ]);
    const further = queue.enter("embedding", here);
    expect(queue.counts().waiting).toBe(1);
    expect((await queue.enter("search", here)).thread).toBe(0);
    texts[5]?.done();
    expect((await further).thread).toBe(texts[5]?.thread);
  });

  it("gives no request to a thread that is not ready", async () => {
    const queue = openQueue(2);
    const waiting = queue.enter("rows", here);
    queue.setReady(1, true);
    expect((await waiting).thread).toBe(1);
  });

  it("refuses at once where too many wait, and after a while those that waited", async () => {
    const queue = openReady(1, limitedTo({ waiting: 2, waitMs: 20 }));
    await queue.enter("search", here);
    await queue.enter("search", here);
    const waiting = [queue.enter("search", here), queue.enter("search", here)];
    const late = Promise.allSettled(waiting);
    await expect(queue.enter("search", here)).rejects.toMatchObject(busy);
    for (const one of await late) expect(one).toMatchObject({ status: "rejected", reason: busy });
    expect(queue.counts()).toEqual({ waiting: 0, refused: 3 });
  });

  it("bounds each kind of work by itself", async () => {
    const queue = openReady(1, limitedTo({ waiting: 0 }));
    await expect(queue.enter("search", here)).rejects.toMatchObject(busy);
    expect((await queue.enter("rows", here)).thread).toBe(0);
  });

  it("drops a waiting request when its client has closed the connection", async () => {
    const queue = openReady(1);
    const first = await queue.enter("search", here);
    await queue.enter("search", here);
    const client = new AbortController();
    const gone = queue.enter("search", client.signal);
    const next = queue.enter("search", here);
    client.abort();
    await expect(gone).rejects.toMatchObject({ code: "aborted" });
    await expect(queue.enter("search", client.signal)).rejects.toMatchObject({ code: "aborted" });
    first.done();
    await next;
    expect(queue.counts()).toEqual({ waiting: 0, refused: 0 });
  });

  it("keeps one thread free of analyses, and gives a thread with an analysis nothing else", async () => {
    const queue = openReady(2);
    const analysis = await queue.enter("analysis", here);
    const other = 1 - analysis.thread;
    const second = queue.enter("analysis", here);
    const searches = [await queue.enter("search", here), await queue.enter("search", here)];
    expect(searches.map(({ thread }) => thread)).toEqual([other, other]);
    const third = queue.enter("search", here);
    expect(queue.counts().waiting).toBe(2);
    analysis.done();
    expect((await third).thread).toBe(analysis.thread);
    expect((await second).thread).toBe(analysis.thread);
  });

  it("lets rows and searches overtake an analysis, but not for ever", async () => {
    const queue = openReady(1, {
      ...defaultLimits,
      rows: { waiting: 9, waitMs: 1000, headStartMs: 40 },
      search: { waiting: 9, waitMs: 1000, headStartMs: 20 },
    });
    const held = [await queue.enter("search", here), await queue.enter("search", here)];
    const order: string[] = [];
    const enter = async (name: string, work: "rows" | "search" | "analysis") => {
      const place = await queue.enter(work, here);
      order.push(name);
      place.done();
    };
    const all = [enter("analysis", "analysis"), enter("search", "search"), enter("rows", "rows")];
    await pause(60);
    all.push(enter("late search", "search"));
    for (const place of held) place.done();
    await Promise.all(all);
    expect(order).toEqual(["rows", "search", "analysis", "late search"]);
  });
});
