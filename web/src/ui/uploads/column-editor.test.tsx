// @vitest-environment happy-dom
// What the columns of a table hold, where a heading is masked: it is not chosen by a name that the file does not have.
import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { SeenTable } from "#services/domain/columns.ts";
import { ColumnEditor } from "./column-editor.tsx";

afterEach(cleanup);

const table: SeenTable = {
  place: "talk.csv",
  sheet: null,
  columns: ["Who", "«e-mail»"],
  headings: "row",
  rows: [["Ida", "The oven is on"]],
  mapping: { text: [] },
  origin: "guessed",
  confidence: "unsure",
  reasons: [],
  isRead: false,
};
const draw = (columns: readonly string[]) =>
  render(
    <MantineProvider>
      <ColumnEditor
        table={{ ...table, columns }}
        mapping={table.mapping}
        onChange={() => undefined}
      />
    </MantineProvider>,
  );
const isDisabled = (name: string) =>
  screen.getByRole("combobox", { name: `What “${name}” holds` }).hasAttribute("disabled");

it("says how a column with a masked heading is chosen, and offers none of its names", () => {
  draw(table.columns);
  expect(screen.getByRole("note").textContent).toContain("by its number");
  expect([isDisabled("Who"), isDisabled("«e-mail»")]).toEqual([false, true]);
});

it("says nothing of it where no heading is masked", () => {
  draw(["Who", "Said"]);
  expect(screen.queryByRole("note")).toBeNull();
  expect(isDisabled("Said")).toBe(false);
});
