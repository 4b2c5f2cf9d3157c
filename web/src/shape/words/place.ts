// The channel and title of a conversation in one line.

/** "channel · title"; the title alone where it begins with the channel ("#ubuntu", "#ubuntu 2005-10-07"). */
export const placeOf = (channel: string | null, title: string | null): string => {
  if (channel === null || channel === "") return title ?? "";
  if (title === null || title === "") return channel;
  return title.startsWith(channel) ? title : `${channel} · ${title}`;
};
