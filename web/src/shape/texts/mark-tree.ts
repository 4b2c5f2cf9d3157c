// A rehype plugin that marks the search words in a message: it splits text nodes and adds mark elements, never HTML text.
import { marksOf, type Sought } from "./question-words.ts";
import { segments } from "./segments.ts";

interface Node {
  readonly type: string;
  readonly tagName?: string;
  readonly value?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  children?: Node[];
}

const marked = (text: string, words: readonly Sought[]): Node[] =>
  segments(text, marksOf(text, words), null).map((segment) =>
    segment.marked
      ? {
          type: "element",
          tagName: "mark",
          properties: {},
          children: [{ type: "text", value: segment.text }],
        }
      : { type: "text", value: segment.text },
  );

const markIn = (node: Node, words: readonly Sought[]): void => {
  if (!node.children) return;
  node.children = node.children.flatMap((child) => {
    if (child.type === "text" && child.value !== undefined) return marked(child.value, words);
    markIn(child, words);
    return [child];
  });
};

/** Runs after sanitising; it adds mark elements only. */
export const markTree = (words: readonly Sought[]) => () => (tree: Node) => {
  if (words.length > 0) markIn(tree, words);
};
