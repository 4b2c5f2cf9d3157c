// @vitest-environment happy-dom
// All organizations of the server, for whoever runs it.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import {
  anInvitation,
  anOrganization,
  signedInAs,
  someQuotas,
} from "../testing/account.builders.ts";
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
  quotas: someQuotas(),
};
const bakers = { ...anOrganization(), ...usage };
const organizations = { name: "Organizations of this server" };
const asServer = { organization: { id: "org_default", name: "Bakers" } } as const;

describe("all organizations", () => {
  it("are listed with what each of them has", async () => {
    openApp("/organization/all", {
      ...signedInAs(asServer),
      "GET /api/v1/organizations": { organizations: [bakers] },
    });
    const [row] = within(await screen.findByRole("list", organizations)).getAllByRole("listitem");
    expect(row?.textContent).toContain(
      [
        "3members2collections1,288messages1,301embeddings3.2 MBof files",
        "any numberrequests this minute0tokens today0jobs",
      ].join(""),
    );
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
    const list = await screen.findByRole("list", organizations);
    await within(list).findByText("Millers");
  });

  it("say what is used of a limit, and are given another one", async () => {
    const limited = someQuotas({
      requestsPerMinute: { limit: 1200, own: null, server: 1200, used: 17 },
      storedBytes: { limit: 10_000_000, own: 10_000_000, server: 0, used: 3_200_000 },
    });
    const app = openApp("/organization/all", {
      ...signedInAs(asServer),
      "GET /api/v1/organizations": { organizations: [{ ...bakers, quotas: limited }] },
      "PATCH /api/v1/organizations/org_a/quotas": limited,
    });
    const row = await screen.findByRole("list", organizations);
    expect(within(row).getByText("17 of 1,200")).toBeTruthy();
    expect(within(row).getByText("3.2 MB of 10 MB")).toBeTruthy();
    fireEvent.click(within(row).getByRole("button", { name: "Limits of Bakers" }));
    const dialog = await screen.findByRole("dialog", { name: "What Bakers may use" });
    const choose = (label: string, value: string) =>
      fireEvent.change(within(dialog).getByLabelText(label, { selector: "select" }), {
        target: { value },
      });
    expect(within(dialog).getByText("As the server's settings say: 1,200")).toBeTruthy();
    expect(within(dialog).getByLabelText("Bytes of files: at most").getAttribute("value")).toBe(
      "10 MB",
    );
    choose("Requests in a minute", "own");
    choose("Embedded tokens in a day", "any");
    fireEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await within(dialog).findByText("Write a number from 1 on.");
    type("Requests in a minute: at most", "1,500");
    type("Bytes of files: at most", "2.5 gb");
    fireEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(app.bodies("PATCH /api/v1/organizations/org_a/quotas")).toEqual([
      { requestsPerMinute: 1500, tokensPerDay: 0, storedBytes: 2_500_000_000 },
    ]);
  });

  it("are for the owners of the first organization only", async () => {
    const app = openApp("/organization/settings", {
      ...signedInAs({ ...asServer, role: "admin" }),
      "GET /api/v1/organization": anOrganization(),
      "GET /api/v1/organization/quotas": someQuotas(),
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
