// One message of a conversation: author, time, text, the message it replies to, branches, attachments, original record.
import { ActionIcon, CopyButton, Tooltip, UnstyledButton } from "@mantine/core";
import {
  IconCheck,
  IconChevronLeft,
  IconChevronRight,
  IconCode,
  IconCornerDownRight,
  IconLink,
} from "@tabler/icons-react";
import type { CSSProperties } from "react";
import type { Message } from "#services/contract/conversations.ts";
import { type FileSource, ownFiles } from "../../api/attachments.ts";
import type { Sought } from "../../shape/texts/question-words.ts";
import { hue, initials } from "../../shape/words/avatar.ts";
import { refusedText } from "../../shape/words/cleaning.ts";
import { kindLabel } from "../../shape/words/sources.ts";
import { clockTime, fullTime } from "../../shape/words/times.ts";
import { AttachedFiles } from "./attached-files.tsx";
import { MarkdownText } from "./markdown-text.tsx";
import { PlainText } from "./plain-text.tsx";

export interface MessageItemProps {
  readonly message: Message;
  readonly continued: boolean;
  readonly isAt: boolean;
  readonly words: readonly Sought[];
  /** The message that it replies to, where that one is loaded. */
  readonly answered: Message | undefined;
  /** Where one of these is left out, it cannot be done: in a conversation that is shared by a link. */
  readonly onGoTo?: ((message: string) => void) | undefined;
  readonly onBranch?: ((sibling: string) => void) | undefined;
  readonly onRaw?: ((message: string) => void) | undefined;
  /** Where its files come from, where that is not the conversation of whoever is signed in. */
  readonly files?: FileSource | undefined;
}

function When({ message }: { readonly message: Message }) {
  const { at, zoneKnown, localTime } = message;
  if (at === null) return <span className="message-time">{localTime ?? "undated"}</span>;
  const hint = zoneKnown
    ? fullTime(at)
    : `${fullTime(at)}. The log has ${localTime ?? "a local time"} without a time zone, which is assumed.`;
  return (
    <Tooltip label={hint} multiline maw={320} openDelay={300}>
      <time dateTime={new Date(at).toISOString()} className="message-time tabular">
        {clockTime(at)}
        {!zoneKnown && " ~"}
      </time>
    </Tooltip>
  );
}

function Branches({ message, onBranch }: Pick<MessageItemProps, "message" | "onBranch">) {
  const { siblings } = message;
  const at = siblings.indexOf(message.id);
  if (onBranch === undefined || siblings.length < 2 || at < 0) return null;
  const [left, right] = [siblings[at - 1], siblings[at + 1]];
  return (
    <nav className="branches tabular" aria-label="Branches">
      <ActionIcon
        size={24}
        variant="transparent"
        color="gray"
        aria-label="Previous branch"
        disabled={left === undefined}
        onClick={() => left !== undefined && onBranch(left)}
      >
        <IconChevronLeft size={15} />
      </ActionIcon>
      {at + 1}/{siblings.length}
      <ActionIcon
        size={24}
        variant="transparent"
        color="gray"
        aria-label="Next branch"
        disabled={right === undefined}
        onClick={() => right !== undefined && onBranch(right)}
      >
        <IconChevronRight size={15} />
      </ActionIcon>
    </nav>
  );
}

/** What the collection marks is highlighted as words that were searched for are. */
const withMarks = ({ text, marks = [] }: Message, words: readonly Sought[]): readonly Sought[] => [
  ...words,
  ...marks.map(({ start, end }) => ({
    text: text.slice(start, end).toLowerCase(),
    prefix: false,
  })),
];

/** Characters of the text of a file that are shown before somebody opens it. */
const BEGINNING = 280;

/** A message that only stands for its files: their names are said with them. */
const isOnlyNames = ({ kind, text, attachments }: Message): boolean =>
  kind === "attachment" &&
  attachments.length > 0 &&
  text === attachments.map(({ name }) => name).join("\n");

function MessageText({ message, words: sought }: Pick<MessageItemProps, "message" | "words">) {
  if (message.refused !== undefined) return <em className="dim">{refusedText(message.refused)}</em>;
  const words = withMarks(message, sought);
  // Where words are looked for, they are marked in the names too.
  if (words.length === 0 && isOnlyNames(message)) return null;
  const text =
    message.role === "assistant" && message.kind === "text" ? (
      <MarkdownText text={message.text} words={words} />
    ) : (
      <PlainText text={message.text} words={words} />
    );
  if (message.kind === "attachment" && message.text.length > BEGINNING)
    return (
      <details className="folded">
        <summary>{message.text.slice(0, BEGINNING).replaceAll(/\s+/gu, " ")} …</summary>
        <div>{text}</div>
      </details>
    );
  if (message.kind !== "thinking" && message.kind !== "tool") return text;
  return (
    <details className="folded">
      <summary>
        {kindLabel(message.kind)} · {message.text.slice(0, 90).replaceAll(/\s+/gu, " ")}
      </summary>
      <div>{text}</div>
    </details>
  );
}

interface SideProps {
  readonly message: Message;
  readonly onRaw: (message: string) => void;
}

function Side({ message, onRaw }: SideProps) {
  const address = new URL(window.location.href);
  address.searchParams.set("at", message.id);
  return (
    <div className="message-side">
      <CopyButton value={address.href}>
        {({ copied, copy }) => (
          <ActionIcon
            size={26}
            variant="subtle"
            color="gray"
            aria-label={copied ? "Link copied" : "Copy link to this message"}
            onClick={copy}
          >
            {copied ? <IconCheck size={15} /> : <IconLink size={15} />}
          </ActionIcon>
        )}
      </CopyButton>
      <ActionIcon
        size={26}
        variant="subtle"
        color="gray"
        aria-label="Original record"
        onClick={() => onRaw(message.id)}
      >
        <IconCode size={15} />
      </ActionIcon>
    </div>
  );
}

interface ReplyProps {
  readonly answered: Message | undefined;
  readonly onGo: (() => void) | undefined;
}

function Reply({ answered, onGo }: ReplyProps) {
  const line = (
    <>
      <IconCornerDownRight size={13} aria-hidden style={{ flex: "none" }} />
      <span className="clip">
        {answered
          ? `${answered.author}: ${answered.text.slice(0, 120)}`
          : "Go to the message it replies to"}
      </span>
    </>
  );
  if (onGo)
    return (
      <UnstyledButton className="message-reply" onClick={onGo}>
        {line}
      </UnstyledButton>
    );
  return answered && <div className="message-reply">{line}</div>;
}

export function MessageItem(props: MessageItemProps) {
  const { message, continued, isAt, words, answered, onGoTo, onBranch, onRaw } = props;
  if (message.kind === "system")
    return (
      <div className="notice-line">
        <span className="tabular">{message.at === null ? "" : clockTime(message.at)}</span>{" "}
        {message.text}
      </div>
    );
  const { replyTo } = message;
  return (
    <article
      className={["message", continued && "continued", isAt && "at", message.gone && "gone"]
        .filter(Boolean)
        .join(" ")}
      aria-current={isAt ? "location" : undefined}
      aria-label={`${message.author}${message.at === null ? "" : `, ${clockTime(message.at)}`}`}
    >
      <div aria-hidden="true">
        {!continued && (
          <span className="message-face" style={{ "--hue": hue(message.author) } as CSSProperties}>
            {initials(message.author)}
          </span>
        )}
      </div>
      <div className="message-body">
        {replyTo !== null && replyTo !== message.parent && (
          <Reply
            answered={answered}
            onGo={onGoTo === undefined ? undefined : () => onGoTo(replyTo)}
          />
        )}
        {!continued && (
          <div className="message-head">
            <span className="message-author">{message.author}</span>
            {message.person !== undefined && <span className="message-time">{message.person}</span>}
            {message.bot && <span className="message-time">Bot</span>}
            <When message={message} />
            {message.model && <span className="message-time">{message.model}</span>}
            {message.gone && <span className="message-time">not in the newest export</span>}
          </div>
        )}
        <MessageText message={message} words={words} />
        {message.editedAt !== null && (
          <span className="message-time" title={fullTime(message.editedAt)}>
            {" "}
            edited
          </span>
        )}
        <AttachedFiles files={message.attachments} source={props.files ?? ownFiles} />
        <Branches message={message} onBranch={onBranch} />
      </div>
      {onRaw && <Side message={message} onRaw={onRaw} />}
    </article>
  );
}
