// What is set for one organization, as several servers know it.
import { afterEach, describe, expect, it } from "vitest";
import { defaultOrganization } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import { anOrigin, someAccounts, type TestAccounts } from "./accounts.builders.ts";
import { changeQuotas, openKnownLimits } from "./organization-quotas.ts";

let opened: TestAccounts;
afterEach(() => opened.remove());

const settings = {
  requestsPerMinute: 1200,
  organizationRequestsPerMinute: 5000,
  embeddedTokensPerDay: 0,
  storedBytes: 7,
};
const operator: Scope = {
  organization: defaultOrganization,
  caller: { kind: "operator" },
  collections: [],
};

describe("the quotas of one organization", () => {
  it("hold on another server within seconds", async () => {
    opened = await someAccounts();
    const { parts } = opened.accounts;
    const elsewhere = openKnownLimits(parts, settings);
    expect(await elsewhere.limitsOf(defaultOrganization)).toEqual({
      requestsPerMinute: 5000,
      tokensPerDay: 0,
      storedBytes: 7,
    });
    const change = { organization: defaultOrganization, set: { tokensPerDay: 900 } };
    await changeQuotas(parts, operator, change, anOrigin);
    await expect
      .poll(() => elsewhere.limitsOf(defaultOrganization), { timeout: 10_000 })
      .toEqual({ requestsPerMinute: 5000, tokensPerDay: 900, storedBytes: 7 });
  });
});
