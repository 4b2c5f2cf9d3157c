// The gate lets many in beside each other, and one alone.
import { expect, it } from "vitest";
import { Gate } from "./gate.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

it("lets many in at once, keeps one alone by itself, and lets those who came after it wait", async () => {
  const gate = new Gate();
  const log: string[] = [];
  const enter = (name: string, alone = false) =>
    gate.enter({ alone }).then(({ leave }) => {
      log.push(name);
      return leave;
    });
  const first = await enter("first");
  const second = await enter("second");
  const alone = enter("alone", true);
  const late = [enter("late 1"), enter("late 2")];
  await settled();
  expect(log).toEqual(["first", "second"]);
  first();
  await settled();
  expect(log).toEqual(["first", "second"]);
  second();
  const leaveAlone = await alone;
  await settled();
  expect(log).toEqual(["first", "second", "alone"]);
  leaveAlone();
  await Promise.all(late);
  expect(log.slice(3)).toEqual(["late 1", "late 2"]);
});

it("lets others in while the one that is alone waits outside, and lets that one in again alone", async () => {
  const gate = new Gate();
  const room = Promise.withResolvers<void>();
  const alone = await gate.enter({ alone: true });
  const waiting = alone.outside(() => room.promise);
  const others = [await gate.enter({ alone: false }), await gate.enter({ alone: false })];
  room.resolve();
  let isIn = false;
  const back = waiting.then(() => {
    isIn = true;
  });
  others[0]?.leave();
  await settled();
  expect(isIn).toBe(false);
  others[1]?.leave();
  await back;
  let lateIsIn = false;
  const late = gate.enter({ alone: false }).then(() => {
    lateIsIn = true;
  });
  await settled();
  expect(lateIsIn).toBe(false);
  alone.leave();
  await late;
});
