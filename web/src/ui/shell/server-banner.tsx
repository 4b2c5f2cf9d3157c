// Says that the server is gone, and that it is being asked again.
import { Loader } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { onReachability, reachability } from "../../api/reachability.ts";

export function ServerBanner() {
  const state = useSyncExternalStore(onReachability, reachability);
  return (
    <div aria-live="assertive">
      {state === "gone" && (
        <div className="gone">
          <Loader size={14} color="currentcolor" />
          Parlance does not answer. Trying again; what you see stays as it was.
        </div>
      )}
    </div>
  );
}
