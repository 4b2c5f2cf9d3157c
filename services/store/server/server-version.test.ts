// Tests of which versions of database servers are taken.
import { expect, it } from "vitest";
import { isAtLeast, requireVersion } from "./server-version.ts";

it.each([
  ["mariadb", "10.11.19-MariaDB-0+deb12u1"],
  ["mariadb", "5.5.5-10.6.18-MariaDB"],
  ["mariadb", "11.4.2-MariaDB-ubu2404"],
  ["postgres", "PostgreSQL 15.20 (Debian 15.20-0+deb12u1) on x86_64-pc-linux-gnu"],
  ["postgres", "PostgreSQL 17.2"],
] as const)("%s takes %s", (kind, said) => {
  expect(() => requireVersion(kind, said)).not.toThrow();
});

it.each([
  ["mariadb", "10.6.9-MariaDB"],
  ["mariadb", "8.0.36"],
  ["mariadb", ""],
  ["postgres", "PostgreSQL 12.18"],
] as const)("%s refuses “%s”, and says what it works on", (kind, said) => {
  expect(() => requireVersion(kind, said)).toThrow(
    expect.objectContaining({ code: "database-unsupported" }),
  );
});

it("compares numbers, not texts", () => {
  expect(isAtLeast("10.11.2", "10.6.18")).toBe(true);
  expect(isAtLeast("10.6", "10.6.18")).toBe(false);
});
