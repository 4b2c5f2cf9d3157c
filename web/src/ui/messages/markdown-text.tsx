// An assistant's message as Markdown: no raw HTML, safe links only, images as links.
import { IconPhotoOff } from "@tabler/icons-react";
import type { AnchorHTMLAttributes, ImgHTMLAttributes } from "react";
import Markdown from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { safeHref } from "../../shape/texts/links.ts";
import { markTree } from "../../shape/texts/mark-tree.ts";
import type { Sought } from "../../shape/texts/question-words.ts";
import { OutLink } from "../parts/out-link.tsx";

function SafeLink({ href, children }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  const safe = safeHref(href);
  return safe === undefined ? children : <OutLink href={safe}>{children}</OutLink>;
}

/** An image is not loaded, since that would tell its server that the message is read. */
function PictureLink({ src, alt }: ImgHTMLAttributes<HTMLImageElement>) {
  const safe = safeHref(typeof src === "string" ? src : undefined);
  const label = alt === undefined || alt === "" ? "image" : alt;
  return (
    <span className="picture">
      <IconPhotoOff size={15} stroke={1.6} aria-hidden />
      {safe === undefined ? label : <OutLink href={safe}>{label}</OutLink>}
    </span>
  );
}

export interface MarkdownTextProps {
  readonly text: string;
  readonly words: readonly Sought[];
}

export function MarkdownText({ text, words }: MarkdownTextProps) {
  return (
    <div className="markdown">
      <Markdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize, markTree(words)]}
        urlTransform={(url) => safeHref(url) ?? ""}
        components={{
          a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
          img: ({ src, alt }) => <PictureLink src={src} alt={alt} />,
          // Headings of a message must not be headings of the page.
          h1: ({ children }) => <p className="markdown-head">{children}</p>,
          h2: ({ children }) => <p className="markdown-head">{children}</p>,
          h3: ({ children }) => <p className="markdown-head">{children}</p>,
          h4: ({ children }) => <p className="markdown-head">{children}</p>,
          pre: ({ children }) => (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls sideways must be reachable by keyboard
            <pre tabIndex={0}>{children}</pre>
          ),
        }}
      >
        {text}
      </Markdown>
    </div>
  );
}
