// @vitest-environment happy-dom
// How much is searched in the organization: its figures, the time that is chosen, texts where they are kept.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { anAuditEntry, anOrganization, signedInAs } from "../testing/account.builders.ts";
import { someSearches } from "../testing/server.builders.ts";
import { closeApp, openApp, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const asked = (app: ReturnType<typeof openApp>) =>
  app.asked.filter(({ request }) => request === "GET /api/v1/searches").map(({ search }) => search);

describe("the page of searches", () => {
  it("compares with the time before, and shows each figure as a chart or a table", async () => {
    const app = openApp("/organization/searches", {
      ...signedInAs(),
      "GET /api/v1/searches": someSearches(),
    });
    await screen.findByText("100 % more than in the 3 days before");
    expect(asked(app)).toEqual(["?days=30"]);
    const card = screen.getByRole("region", { name: "Modes" });
    fireEvent.click(within(card).getByLabelText("Table"));
    const row = await within(card).findByRole("row", { name: /By meaning and words/ });
    expect(row.textContent).toContain("16");
    expect(app.router.state.location.search).toEqual({ table: ["search-modes"] });
  });

  it("is of the time that is chosen, which stands in the address", async () => {
    const app = openApp("/organization/searches", {
      ...signedInAs(),
      "GET /api/v1/searches": someSearches(),
    });
    fireEvent.click(await screen.findByLabelText("90 days"));
    await waitFor(() => expect(asked(app)).toEqual(["?days=30", "?days=90"]));
    expect(app.router.state.location.search).toEqual({ days: 90 });
  });

  it("says how texts are kept, and lists them where they are", async () => {
    openApp("/organization/searches", {
      ...signedInAs(),
      "GET /api/v1/searches": someSearches(),
    });
    await screen.findByText("What is searched for is not kept");
    expect(screen.getByRole("link", { name: "settings of the organization" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "profile" })).toBeTruthy();
    closeApp();
    openApp("/organization/searches", {
      ...signedInAs(),
      "GET /api/v1/searches": someSearches({
        texts: {
          frequent: [{ text: "oven", searches: 9, empty: 0 }],
          empty: [],
          rising: [{ text: "walnut", searches: 9, before: 1 }],
          falling: [],
        },
      }),
    });
    const card = await screen.findByRole("region", { name: "Rising texts" });
    expect(within(card).getByRole("row", { name: /walnut/ }).textContent).toBe("walnut91");
    expect(screen.queryByText("What is searched for is not kept")).toBeNull();
  });

  it("is there where nobody signs in, and says what went wrong", async () => {
    openApp("/organization/searches", { "GET /api/v1/searches": someSearches() });
    await screen.findByText(/It can be kept where people sign in/);
    const tabs = within(screen.getByRole("navigation", { name: "Organization" }));
    expect(tabs.getAllByRole("link").map((tab) => tab.textContent)).toEqual(["Searches"]);
    closeApp();
    openApp("/organization/searches", {
      ...signedInAs(),
      "GET /api/v1/searches": problem(400, { title: "Broken", detail: "It is broken." }),
    });
    await screen.findByText("It is broken.");
  });
});

describe("what is searched for", () => {
  const settings = (keepsSearchTexts: boolean) => ({
    ...signedInAs(),
    "GET /api/v1/organization": anOrganization({ keepsSearchTexts }),
    "GET /api/v1/audit": {
      entries: [
        anAuditEntry({ action: "organization.change", details: { keepsSearchTexts } }),
        anAuditEntry({
          seq: 3,
          action: "organization.change",
          details: { keepsSearchTexts: true },
        }),
      ],
      nextCursor: null,
    },
    "PATCH /api/v1/organization": anOrganization({ keepsSearchTexts: !keepsSearchTexts }),
  });

  it("is kept once an admin says so, and the page says who did", async () => {
    const app = openApp("/organization/settings", settings(false));
    fireEvent.click(await screen.findByRole("switch", { name: /Keep what is searched for/ }));
    await waitFor(() =>
      expect(app.bodies("PATCH /api/v1/organization")).toEqual([{ keepsSearchTexts: true }]),
    );
    const list = await screen.findByRole("list", { name: "Last changes" });
    expect(list.textContent).toMatch(/Keep what is searched foroffMira Okafor, 9 May 2026/);
    expect(within(list).getAllByRole("listitem")).toHaveLength(1);
  });

  it("is deleted only after a question", async () => {
    const app = openApp("/organization/settings", settings(true));
    fireEvent.click(await screen.findByRole("switch", { name: /Keep what is searched for/ }));
    const dialog = await screen.findByRole("dialog", { name: "Keep no texts of searches?" });
    expect(app.bodies("PATCH /api/v1/organization")).toEqual([]);
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete what was kept" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(app.bodies("PATCH /api/v1/organization")).toEqual([{ keepsSearchTexts: false }]);
  });
});
