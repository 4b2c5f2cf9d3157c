// What is wrong with a directory that somebody adds, by the field that is to be changed.
import { describe, expect, it } from "vitest";
import { checkDirectory } from "./directory.ts";

const good = { url: "ldaps://ldap.example.org", base: "ou=people,dc=example,dc=org" };

describe("a directory that is added", () => {
  it("is taken with its address and its base alone", () => {
    expect(checkDirectory(good)).toMatchObject({ ...good, filter: "(mail={login})" });
  });

  it.each([
    ["url is missing.", "url", { base: good.base }],
    [
      "url is not an address that begins with ldaps:// or ldap://.",
      "url",
      { ...good, url: "ldap" },
    ],
    [
      "url is not an address that begins with ldaps:// or ldap://.",
      "url",
      { ...good, url: "http://a" },
    ],
    ["base is missing.", "base", { url: good.url }],
    ["base is missing.", "base", { ...good, base: "" }],
    ["filter has to contain {login}.", "filter", { ...good, filter: "(mail=*)" }],
    ["ca is a file of the server.", "ca", { ...good, ca: "/etc/ca.pem" }],
  ])("is refused: %s", (message, field, written) => {
    expect(() => checkDirectory(written)).toThrow(
      expect.objectContaining({ code: "bad-provider", message, data: { field } }),
    );
  });
});
