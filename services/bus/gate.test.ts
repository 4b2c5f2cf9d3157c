// The gate lets many in beside each other, and one alone.
import { expect, it } from "vitest";
import { Gate } from "./gate.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

it("lets many in at once, keeps one alone by itself, and lets those who came after it wait", async () => {
  const gate = new Gate();
  const log: string[] = [];
  const enter = (name: string, alone = false) =>
    gate.enter({ alone }).then((leave) => {
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
