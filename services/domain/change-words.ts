// What became of a topic, in words that do not contradict its numbers.

/** Whether a topic grew or shrank is told by its share of all messages, which is said where its number of messages went the other way. */
export const changeWords = ({
  kind,
  sizeBefore,
  sizeAfter,
}: {
  readonly kind: string;
  readonly sizeBefore: number;
  readonly sizeAfter: number;
}): string => {
  const isOther =
    (kind === "grew" && sizeAfter <= sizeBefore) || (kind === "shrank" && sizeAfter >= sizeBefore);
  return isOther ? `${kind} as a share of all messages` : kind;
};
