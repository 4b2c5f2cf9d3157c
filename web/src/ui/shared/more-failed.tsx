// Below what is shown already: that a further page could not be loaded, and why.
import { UnstyledButton } from "@mantine/core";
import { describeError } from "../parts/error-message.tsx";

export interface MoreFailedProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

export function MoreFailed({ error, onRetry }: MoreFailedProps) {
  return (
    <p role="alert" style={{ textAlign: "center", margin: "10px 16px" }}>
      No more could be loaded. {describeError(error).detail}{" "}
      <UnstyledButton className="text-link" onClick={onRetry}>
        Try again
      </UnstyledButton>
    </p>
  );
}
