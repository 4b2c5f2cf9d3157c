// XML of others as a plain tree, read strictly: no document types and so no entities, nothing that two readers could read differently.
import { createRequire } from "node:module";
import type { Element } from "@xmldom/xmldom";

const require = createRequire(import.meta.url);
let loaded: typeof import("@xmldom/xmldom") | undefined;
/** Most servers know no provider of SAML, and read no XML. */
const xmldom = () => {
  loaded ??= require("@xmldom/xmldom") as typeof import("@xmldom/xmldom");
  return loaded;
};

export interface XmlElement {
  /** "" where it has none. */
  readonly namespace: string;
  /** Without a prefix. */
  readonly name: string;
  /** Those without a namespace. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text right inside it, without that of its children. */
  readonly text: string;
  /** As XML that can be read alone. */
  write(): string;
}

/** Answers with 500 groups have 60 KB. */
const MAX_CHARACTERS = 262_144;
/** Of tags, and of attributes: 500 groups have 1,500. The time to verify a signature grows with both. */
const MAX_MARKS = 3000;
const MAX_DEPTH = 40;

const attributesOf = ({ attributes }: Element): ReadonlyMap<string, string> => {
  const all = new Map<string, string>();
  for (const { namespaceURI, name, value } of attributes)
    if (namespaceURI === null) all.set(name, value);
  return all;
};

const treeOf = (element: Element, depth: number): XmlElement => {
  if (depth > MAX_DEPTH) throw new Error(`is nested deeper than ${MAX_DEPTH} elements`);
  const { Node, XMLSerializer } = xmldom();
  const children: XmlElement[] = [];
  let text = "";
  for (const node of element.childNodes)
    if (node.nodeType === Node.ELEMENT_NODE) children.push(treeOf(node as Element, depth + 1));
    else if (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE)
      text += node.nodeValue ?? "";
  return {
    namespace: element.namespaceURI ?? "",
    name: element.localName ?? element.nodeName,
    attributes: attributesOf(element),
    children,
    text,
    // A carriage return that was read was written as a reference: as itself the next reader takes it for the end of a line.
    write: () => new XMLSerializer().serializeToString(element).replaceAll("\r", "&#13;"),
  };
};

/** Line ends as every reader of XML has to take them. */
export const withPlainLineEnds = (xml: string): string => xml.replaceAll(/\r\n?/gu, "\n");

/**
 * @param takes `comments`: comments, sections of characters and instructions are skipped or read; `nothing else` refuses them
 * @throws Error that goes on a sentence: "is no XML", "has a document type", …
 */
export const readXml = (text: string, takes: "comments" | "nothing else"): XmlElement => {
  if (text.length > MAX_CHARACTERS) throw new Error(`is longer than ${MAX_CHARACTERS} characters`);
  // Files of Windows begin with a mark of their order of bytes.
  const xml = withPlainLineEnds(text.trimStart());
  for (const mark of ["<", "="])
    if (xml.split(mark, MAX_MARKS + 2).length > MAX_MARKS + 1)
      throw new Error(`has more than ${MAX_MARKS} tags or attributes`);
  if (/<!(?!--|\[CDATA\[)/u.test(xml)) throw new Error("has a document type");
  if (takes === "nothing else" && /<[!?]/u.test(xml.replace(/^<\?xml\s[^<>]*\?>/u, "")))
    throw new Error("has comments, instructions or sections of characters");
  const { DOMParser } = xmldom();
  const parser = new DOMParser({
    locator: false,
    normalizeLineEndings: (source) => source,
    // Also what is only warned of: what is repaired in reading may be read differently elsewhere.
    onError: (_, message) => {
      throw new Error(String(message));
    },
  });
  let root: Element | null;
  try {
    root = parser.parseFromString(xml, "text/xml").documentElement;
  } catch (cause) {
    throw new Error("is no XML", { cause });
  }
  if (root === null) throw new Error("is no XML");
  return treeOf(root, 1);
};

export const childrenOf = (
  element: XmlElement | undefined,
  namespace: string,
  name: string,
): readonly XmlElement[] =>
  (element?.children ?? []).filter((child) => child.namespace === namespace && child.name === name);

/** The one child of this name; undefined where there is none, or more than one. */
export const onlyChild = (
  element: XmlElement | undefined,
  namespace: string,
  name: string,
): XmlElement | undefined => {
  const [first, ...more] = childrenOf(element, namespace, name);
  return more.length === 0 ? first : undefined;
};
