// HTML as chat programs store messages → the words that a reader sees, with links, lists and code.

const entities: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", " "],
]);

const entity = (all: string, name: string): string => {
  const known = entities.get(name.toLowerCase());
  if (known !== undefined) return known;
  if (!name.startsWith("#")) return all;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return Number.isInteger(code) && code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
};

const plain = (text: string): string => text.replaceAll(/&(#?\w{1,10});/g, entity);

/** Elements that stand on lines of their own. */
const block = /^(?:p|div|br|ul|ol|tr|table|blockquote|h[1-6]|pre|hr)$/;
const tag = /<(\/?)([a-zA-Z][a-zA-Z0-9]{0,20})((?:"[^"<]*"|'[^'<]*'|[^<>"'])*)>/g;
const attribute = (attributes: string, name: string): string | null => {
  const match = new RegExp(String.raw`(?:^|\s)${name}\s*=\s*(?:"([^"]*)"|'([^']*)')`, "i").exec(
    attributes,
  );
  return match ? plain(match[1] ?? match[2] ?? "") : null;
};

/** A link's address follows its words, where they do not say it. */
const linked = (text: string, href: string | null): string =>
  href === null || href === "" || text.includes(href) || /^(?:#|mailto:|\/)/.test(href)
    ? text
    : `${text} (${href})`;

export const htmlText = (html: string): string => {
  let out = "";
  let at = 0;
  let link: { readonly from: number; readonly href: string | null } | undefined;
  for (const match of html.matchAll(tag)) {
    const [all, slash, name = "", attributes = ""] = match;
    out += plain(html.slice(at, match.index));
    at = match.index + all.length;
    const element = name.toLowerCase();
    const closes = slash === "/";
    if (element === "a" && !closes)
      link = { from: out.length, href: attribute(attributes, "href") };
    else if (element === "a" && link) {
      out = out.slice(0, link.from) + linked(out.slice(link.from), link.href);
      link = undefined;
    } else if (element === "li") out += closes ? "" : "\n• ";
    else if (element === "img") out += attribute(attributes, "alt") ?? "";
    else if (block.test(element)) out += "\n";
  }
  out += plain(html.slice(at));
  const lines = out.split("\n").map((line) => line.trimEnd());
  return lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
};
