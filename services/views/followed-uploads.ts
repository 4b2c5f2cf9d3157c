// Uploads that are followed: all who follow the same one share its readings, and only so many may follow.
import type { Upload } from "#services/contract/uploads.ts";
import { unavailable } from "#services/domain/errors.ts";
import type { UploadId } from "#services/domain/ids.ts";
import type { Store } from "#services/store/store.ts";
import { type Watching, watchUpload } from "./watch-upload.ts";

/** Each follower holds a connection. */
const MOST_FOLLOWERS = 200;
/** Milliseconds between two readings of an upload, and how much longer for each upload that is followed: a reading takes about one. */
const EVERY_MS = 150;
const LONGER_MS = 8;

interface Followed {
  readonly followers: Set<() => void>;
  readonly stop: AbortController;
  last: Upload | undefined;
  /** Set when there is nothing more to come, with the error where it was one. */
  end: { readonly error?: unknown } | undefined;
}

const tooMany = () =>
  unavailable("Too many uploads are being followed at once.", {
    code: "too-many-streams",
    hint: "Ask for the upload itself now and then, or follow it later.",
  });

export interface FollowedUploads {
  /**
   * Yields the upload like `watchUpload`: at once, then whenever something changed, the last state where several came before it was
   * asked for.
   * @param show the one of whoever follows first is used for all
   * @throws ParlanceError unavailable `too-many-streams` at the first step
   */
  follow(
    store: Store,
    id: UploadId,
    options: Required<Pick<Watching, "signal">> & Pick<Watching, "show">,
  ): AsyncGenerator<Upload, void, undefined>;
}

export const openFollowedUploads = (
  options: { readonly most?: number; readonly everyMs?: number } = {},
): FollowedUploads => {
  const { most = MOST_FOLLOWERS, everyMs = EVERY_MS } = options;
  const followed = new Map<UploadId, Followed>();
  let followers = 0;

  const leave = (id: UploadId, one: Followed) => {
    if (followed.get(id) === one) followed.delete(id);
  };

  const start = (store: Store, id: UploadId, show: Watching["show"]): Followed => {
    const stop = new AbortController();
    const one: Followed = { followers: new Set(), stop, last: undefined, end: undefined };
    followed.set(id, one);
    const tell = () => {
      for (const follower of one.followers) follower();
    };
    const read = async () => {
      const { signal } = stop;
      const every = () => everyMs + LONGER_MS * followed.size;
      for await (const upload of watchUpload(store, id, { signal, every, ...(show && { show }) })) {
        one.last = upload;
        tell();
      }
    };
    const end = (how: { readonly error?: unknown }) => {
      one.end = how;
      leave(id, one);
      tell();
    };
    read().then(
      () => end({}),
      (error: unknown) => end({ error }),
    );
    return one;
  };

  return {
    async *follow(store, id, { signal, show }) {
      if (followers >= most) throw tooMany();
      followers++;
      const one = followed.get(id) ?? start(store, id, show);
      let wake = (): void => undefined;
      const follower = () => wake();
      one.followers.add(follower);
      signal.addEventListener("abort", follower);
      try {
        for (let seen: Upload | undefined; !signal.aborted; ) {
          if (one.last !== undefined && one.last !== seen) {
            seen = one.last;
            yield seen;
          } else if (one.end !== undefined) {
            if (one.end.error !== undefined) throw one.end.error;
            return;
          } else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        followers--;
        signal.removeEventListener("abort", follower);
        one.followers.delete(follower);
        if (one.followers.size === 0) {
          one.stop.abort();
          leave(id, one);
        }
      }
    },
  };
};
