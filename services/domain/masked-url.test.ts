// Tests of addresses for people.
import { expect, it } from "vitest";
import { maskedUrl } from "./masked-url.ts";

it.each([
  ["mysql://ada:s%40cret@db:3306/parlance", "mysql://ada:•••@db:3306/parlance"],
  ["amqps://ada@broker/%2F", "amqps://ada@broker/%2F"],
  ["https://example.org/", "https://example.org/"],
  ["postgres://db/p?user=ada&password=x", "postgres://db/p?user=ada&password=•••"],
  ["no address", "no address"],
  ["mysql://ada:s%40cret@db:port/parlance", "mysql://•••@db:port/parlance"],
  ["postgres://db:99999/p?user=ada&password=x#y", "postgres://db:99999/p?user=ada&password=•••#y"],
  ["postgres://ada:p@ss:w/rd@db:99999/p", "postgres://•••@db:99999/p"],
])("shows %s without its password", (address, shown) => {
  expect(maskedUrl(address)).toBe(shown);
});
