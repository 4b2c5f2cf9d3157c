// @vitest-environment happy-dom
// The page of the log of who did what.
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { aMember, anAuditEntry, signedInAs } from "../testing/account.builders.ts";
import { closeApp, openApp, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const choose = async (label: string | RegExp, option: string | RegExp) => {
  fireEvent.click(screen.getByRole("combobox", { name: label }));
  fireEvent.click(await screen.findByRole("option", { name: option }));
};
const broken = problem(500, { title: "Broken", detail: "It is broken." });

const self = aMember({ id: "usr_a", name: "Mira Okafor", role: "owner" });
const withMembers = (...others: ReturnType<typeof aMember>[]) => ({
  ...signedInAs(),
  "GET /api/v1/members": { members: [self, ...others] },
  "GET /api/v1/invitations": { invitations: [] },
});

describe("the audit log", () => {
  const log = (entries = [anAuditEntry()], nextCursor: string | null = null) => ({
    ...withMembers(aMember()),
    "GET /api/v1/audit": { entries, nextCursor },
  });
  const searches = (app: ReturnType<typeof openApp>) =>
    app.asked.filter(({ request }) => request === "GET /api/v1/audit").map(({ search }) => search);

  it("lists who did what, by filters that are in the address", async () => {
    const app = openApp("/organization/audit?action=member.role", log());
    const list = await screen.findByRole("list", { name: "Entries, newest first" });
    expect(list.textContent).toMatch(
      /Mira Okafor.*member\.role.*Tobi Lang · role: admin, was: member.*9 May 2026, 12:00/,
    );
    expect(searches(app)).toEqual(["?action=member.role&limit=50"]);
    await choose("Who", "Tobi Lang");
    await waitFor(() =>
      expect(app.router.state.location.search).toEqual({ action: "member.role", actor: "usr_b" }),
    );
    type("Action", "");
    await waitFor(() => expect(searches(app).at(-1)).toBe("?actor=usr_b&limit=50"));
  });

  it("shows older entries on demand", async () => {
    const app = openApp("/organization/audit", log([anAuditEntry()], "next"));
    await screen.findByText("member.role");
    app.answer("GET /api/v1/audit", {
      entries: [anAuditEntry({ seq: 3, action: "sign-in", target: null, details: {} })],
      nextCursor: null,
    });
    press("Show older entries");
    await screen.findByText("sign-in");
    expect(searches(app).at(-1)).toBe("?limit=50&cursor=next");
  });

  it("says whether it was changed", async () => {
    const app = openApp("/organization/audit", {
      ...log(),
      "GET /api/v1/audit/check": { ok: true, entries: 1204, brokenAt: null },
    });
    await screen.findByText("member.role");
    press("Check the log");
    await screen.findByText("Nothing was changed or removed in 1,204 entries.");
    app.answer("GET /api/v1/audit/check", { ok: false, entries: 1204, brokenAt: 17 });
    press("Check the log");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toBe("The log was changed: entry 17 does not fit those before it.");
  });

  it("is downloaded with a ticket", async () => {
    const clicked: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      clicked.push(this.getAttribute("href") ?? "");
    });
    openApp("/organization/audit", { ...log(), "POST /api/v1/account/tickets": { ticket: "t1" } });
    await screen.findByText("member.role");
    press("Download");
    fireEvent.click(await screen.findByRole("menuitem", { name: "CSV" }));
    await waitFor(() => expect(clicked).toEqual(["/api/v1/audit/export?format=csv&ticket=t1"]));
  });

  it("is empty, or says why it cannot be shown", async () => {
    openApp("/organization/audit", log([]));
    await screen.findByRole("heading", { name: "No entries" });
    closeApp();
    openApp("/organization/audit", { ...log(), "GET /api/v1/audit": broken });
    await screen.findByRole("heading", { name: "Broken" });
  });
});
