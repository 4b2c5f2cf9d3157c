// @vitest-environment happy-dom
// Trying another model on a collection, in its settings: what both find, and that it is offered only where there is another.
import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { aCollection } from "../../testing/answers.builders.ts";
import { aModel, someModels } from "../../testing/server.builders.ts";
import { closeApp, openApp } from "../../testing/web-app.builders.tsx";

afterEach(closeApp);

const own = aModel();
const other = aModel({ id: "other", source: "hub", isDefault: false });
const hit = (text: string) => ({
  message: `msg_${text}`,
  conversation: "cnv_a",
  author: "Anna",
  text,
  score: 0.5,
});

const open = (models = [own, other]) =>
  openApp("/c/col_a/settings", {
    "GET /api/v1/collections/col_a": aCollection({ id: "col_a", model: own.id }),
    "GET /api/v1/models": someModels({ models }),
    "POST /api/v1/collections/col_a/try-model": {
      models: { own: own.id, other: "other" },
      passages: 1200,
      passagesPerSecond: 400,
      wholeSeconds: 600,
      questions: [{ question: "oven", own: [hit("hot")], other: [hit("cold")], shared: 0 }],
    },
  });

it("shows what each model finds, and how long all would take", async () => {
  const app = open();
  fireEvent.change(await screen.findByLabelText("Questions"), { target: { value: "oven\n\n" } });
  fireEvent.click(screen.getByRole("button", { name: "Try it" }));
  await screen.findByText(/1,200 passages with other, 400 a second: .* take 10 minutes/);
  expect(app.bodies("POST /api/v1/collections/col_a/try-model")).toEqual([
    { model: "other", questions: ["oven"] },
  ]);
  for (const text of [/hot/, /cold/]) expect(screen.getByText(text)).toBeTruthy();
});

it("is not offered where the server has no other model", async () => {
  open([own]);
  await screen.findByRole("heading", { name: "Details" });
  expect(screen.queryByText("Try another model")).toBeNull();
});
