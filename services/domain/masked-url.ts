// An address for people and logs: without its password.

/** @param address a URL; anything else is returned as it is */
export const maskedUrl = (address: string): string => {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.password !== "") url.password = "•••";
  for (const name of [...url.searchParams.keys()])
    if (/pass|secret|key|token/i.test(name)) url.searchParams.set(name, "•••");
  return decodeURI(url.href);
};
