// @vitest-environment happy-dom
// All organizations of the server, for whoever runs it.
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { anInvitation, anOrganization, signedInAs } from "../testing/account.builders.ts";
import { closeApp, openApp } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });

const usage = {
  members: 3,
  collections: 2,
  messages: 1288,
  bytes: 3_200_000,
  embeddings: 1301,
  jobs: 0,
};
const bakers = { ...anOrganization(), ...usage };
const asServer = { organization: { id: "org_default", name: "Bakers" } } as const;

describe("all organizations", () => {
  it("are listed with what each of them has", async () => {
    openApp("/organization/all", {
      ...signedInAs(asServer),
      "GET /api/v1/organizations": { organizations: [bakers] },
    });
    const row = await screen.findByRole("row", { name: /Bakers/ });
    expect(
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent),
    ).toEqual(["3", "2", "1,288", "3.2 MB", "1,301", "0"]);
    expect(screen.getByRole("link", { name: "All organizations" })).toBeTruthy();
  });

  it("get a new one, whose first owner is invited", async () => {
    const link = "http://localhost/invitation#token=abc";
    const millers = anOrganization({ id: "org_b", name: "Millers" });
    const app = openApp("/organization/all", {
      ...signedInAs(asServer),
      "GET /api/v1/organizations": { organizations: [bakers] },
      "POST /api/v1/organizations": {
        organization: millers,
        invitation: { invitation: anInvitation({ role: "owner" }), link },
      },
    });
    fireEvent.click(await screen.findByRole("button", { name: "New organization" }));
    const dialog = await screen.findByRole("dialog", { name: "New organization" });
    fireEvent.click(within(dialog).getByRole("button", { name: "Make the organization" }));
    await within(dialog).findByText("An organization needs a name.");
    type("Name", " Millers ");
    type("E-mail of its first owner", "ana@example.org");
    app.answer("GET /api/v1/organizations", {
      organizations: [bakers, { ...millers, ...usage, members: 0 }],
    });
    fireEvent.click(within(dialog).getByRole("button", { name: "Make the organization" }));
    await screen.findByText(link);
    expect(app.bodies("POST /api/v1/organizations")).toEqual([
      { name: "Millers", owner: "ana@example.org" },
    ]);
    fireEvent.click(screen.getByRole("button", { name: "Done" }));
    await screen.findByRole("row", { name: /Millers/ });
  });

  it("are for the owners of the first organization only", async () => {
    const app = openApp("/organization/settings", {
      ...signedInAs({ ...asServer, role: "admin" }),
      "GET /api/v1/organization": anOrganization(),
    });
    await screen.findByRole("heading", { name: "Settings" });
    expect(screen.queryByRole("link", { name: "All organizations" })).toBeNull();
    expect(app.bodies("GET /api/v1/organizations")).toHaveLength(0);
    closeApp();
    const other = openApp("/organization/all", signedInAs());
    await screen.findByRole("heading", { name: "For whoever runs this server" });
    expect(other.bodies("GET /api/v1/organizations")).toHaveLength(0);
  });
});
