// Something that is opened at the first call, and then shared.

/** What could not be opened (no network) is tried again at the next call. */
export const openedOnce = <T>(open: () => Promise<T>) => {
  let opened: Promise<T> | undefined;
  const opening = (): Promise<T> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return Object.assign(opening, { isOpen: () => opened !== undefined });
};
