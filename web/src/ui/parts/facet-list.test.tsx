// @vitest-environment happy-dom
// A facet as checkboxes: counts, chosen values without hits, more on demand.
import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { FacetList } from "./facet-list.tsx";

afterEach(cleanup);

const values = Array.from({ length: 9 }, (_, index) => ({
  value: `nick${index}`,
  label: `nick${index}`,
  count: 100 - index,
}));

const draw = (chosen: readonly (string | null)[], onToggle: (value: string | null) => void) =>
  render(
    <MantineProvider>
      <FacetList title="Author" values={values} chosen={chosen} onToggle={onToggle} />
    </MantineProvider>,
  );

describe("a facet", () => {
  it("shows the first six values, and all on demand", () => {
    draw([], () => {});
    expect(screen.getAllByRole("checkbox")).toHaveLength(6);
    fireEvent.click(screen.getByText("3 more"));
    expect(screen.getAllByRole("checkbox")).toHaveLength(9);
  });

  it("keeps a chosen value that no hit has, so that it can be removed", () => {
    const toggled: (string | null)[] = [];
    draw(["gone"], (value) => toggled.push(value));
    fireEvent.click(screen.getByRole("checkbox", { name: /gone/ }));
    expect(toggled).toEqual(["gone"]);
  });

  it("is not drawn where there is only one value", () => {
    const { container } = render(
      <MantineProvider>
        <FacetList title="Source" values={values.slice(0, 1)} chosen={[]} onToggle={() => {}} />
      </MantineProvider>,
    );
    expect(container.querySelector("fieldset")).toBeNull();
  });
});
