// Where something was said, in as few words as tell it.

/** Channel and title; the channel is left out where the title begins with it ("#ubuntu", "#ubuntu 2005-10-07"). */
export const placeOf = (channel: string | null, title: string | null): string => {
  if (channel === null || channel === "") return title ?? "";
  if (title === null || title === "") return channel;
  return title.startsWith(channel) ? title : `${channel} · ${title}`;
};
