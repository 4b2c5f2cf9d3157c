// @vitest-environment happy-dom
// The page about the server's embedding models, for whoever runs it.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { signedInAs } from "../testing/account.builders.ts";
import { aModel, aModelReport, someModels } from "../testing/server.builders.ts";
import { closeApp, openApp, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const asOperator = () => signedInAs({ organization: { id: "org_default", name: "Bakers" } });

describe("the embedding model", () => {
  it("is shown with its facts, and with the collections that were embedded with it", async () => {
    openApp("/server/model", {
      ...asOperator(),
      "GET /api/v1/model": aModelReport(),
      "GET /api/v1/models": someModels(),
    });
    await screen.findByText("256; may be shortened to 128");
    for (const text of ["English, German", "apache-2.0", "8.8 MB", "CPU"])
      expect(screen.getByText(text)).toBeTruthy();
    const row = await screen.findByRole("row", { name: /test-model/ });
    expect(
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent),
    ).toEqual(["2", "3", "1,301"]);
    expect(within(row).getByRole("link", { name: "Bakery" })).toBeTruthy();
    expect(within(row).queryByText("by words only")).toBeNull();
  });

  it("is said to be missing, and collections of another model to be searched by words", async () => {
    const { uses } = aModelReport();
    openApp("/server/model", {
      ...asOperator(),
      "GET /api/v1/models": someModels(),
      "GET /api/v1/model": aModelReport({
        model: null,
        uses: uses.map((use) => ({ ...use, isHere: false })),
      }),
    });
    await screen.findByText(/The model cannot be opened/);
    expect(screen.getByText("by words only")).toBeTruthy();
  });
});

describe("the models of the server", () => {
  const open = (list = someModels(), more = {}) =>
    openApp("/server/model", {
      ...asOperator(),
      "GET /api/v1/model": aModelReport(),
      "GET /api/v1/models": list,
      ...more,
    });
  const rowOf = async (name: string) => {
    const list = await screen.findByRole("list", { name: "Models" });
    const row = within(list)
      .getAllByRole("listitem")
      .find((one) => one.textContent?.startsWith(name));
    if (row === undefined) throw new Error(`There is no row of ${name}.`);
    return row;
  };
  const choose = async (name: string, what: string) => {
    fireEvent.click(
      within(await rowOf(name)).getByRole("button", { name: `What to do with ${name}` }),
    );
    fireEvent.click(await screen.findByRole("menuitem", { name: what }));
  };

  it("are listed with what they are, how far they are fetched, and why one failed", async () => {
    open(
      someModels({
        models: [
          aModel(),
          aModel({
            id: "acme/large",
            source: "hub",
            state: "fetching",
            isDefault: false,
            facts: null,
            doneBytes: 50_000_000,
            totalBytes: 200_000_000,
          }),
          aModel({
            id: "acme/none",
            source: "hub",
            state: "failed",
            isDefault: false,
            facts: null,
            problem: "The hub has no public model acme/none.",
          }),
        ],
      }),
    );
    expect((await rowOf("test-model")).textContent).toContain("for new collections");
    expect((await rowOf("acme/large")).textContent).toContain("50 MB of 200 MB");
    expect((await rowOf("acme/none")).textContent).toContain("no public model");
  });

  it("are tested and measured, and one is chosen for new collections", async () => {
    const own = aModel({ id: "own", source: "folder", isDefault: false });
    const app = open(someModels({ models: [aModel(), own] }), {
      "POST /api/v1/models/own/test": {
        ok: false,
        checks: [{ what: "The same files as when it was added", ok: false, detail: "f00d" }],
      },
      "POST /api/v1/models/own/default": own,
    });
    await choose("own", "Test");
    await screen.findByText("Failed: The same files as when it was added (f00d).");
    await choose("own", "Use for new collections");
    await screen.findByText("New collections get it from now on.");
    expect(app.bodies("POST /api/v1/models/own/default")).toHaveLength(1);
  });

  it("are added by name, and an error stands at the field", async () => {
    open(someModels(), {
      "POST /api/v1/models": problem(400, {
        code: "bad-model",
        title: "Not accepted",
        detail: "“x” names no model.",
      }),
    });
    fireEvent.click(await screen.findByRole("button", { name: "Add a model" }));
    const field = await screen.findByRole("combobox", { name: "Model" });
    fireEvent.change(field, { target: { value: "x" } });
    fireEvent.click(screen.getByRole("button", { name: "Add" }));
    await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
    await screen.findByText(/names no model/);
  });
});
