// Fields for a password: the present one, and a new one with what it needs.
import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { usePasswordLength } from "./use-session.ts";

/** The button is for the mouse: what it shows can be read by a screen reader from the field. */
const toggle = { "aria-label": "Show or hide the password" } as const;

export function PresentPassword(props: PasswordInputProps) {
  return (
    <PasswordInput
      label="Password"
      autoComplete="current-password"
      maxLength={1000}
      visibilityToggleButtonProps={toggle}
      {...props}
    />
  );
}

export function NewPassword(props: PasswordInputProps) {
  const fewest = usePasswordLength();
  return (
    <PasswordInput
      label="New password"
      description={`At least ${fewest} characters. A few words in a row are easier to remember than signs.`}
      autoComplete="new-password"
      maxLength={1000}
      visibilityToggleButtonProps={toggle}
      {...props}
    />
  );
}

/** What is wrong with a new password before it is sent; the server knows more. */
export const newPasswordError = (password: string, fewest: number): string | null =>
  [...password].length < fewest ? `It needs at least ${fewest} characters.` : null;
