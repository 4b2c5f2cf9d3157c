// The sign-in page: e-mail and password, a passkey, or a provider; then the second factor, and the page that was wanted.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link, useLocation, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { AuthState, SignInAnswer } from "#services/contract/accounts.ts";
import { knowsPasskeys } from "../api/passkeys.ts";
import { providerAddress, signIn } from "../api/sign-in.ts";
import { returnPath } from "../shape/address/return-path.ts";
import { secondFactorIn } from "../shape/address/second-factor-address.ts";
import { signInProblem } from "../shape/words/sign-in-problems.ts";
import { PresentPassword } from "../ui/account/password-fields.tsx";
import { useSession } from "../ui/account/use-session.ts";
import { DoorCard, ForgotLink } from "../ui/door/door.tsx";
import { Entrance, GoTo } from "../ui/door/entrance.tsx";
import { PasskeyButton } from "../ui/door/passkey-button.tsx";
import { useOfferedPasskeys } from "../ui/door/use-offered-passkeys.ts";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { useSending } from "../ui/parts/use-sending.ts";

interface PasswordFormProps {
  /** Code of why signing in with a provider did not work, and the name of that provider. */
  readonly problem: string | undefined;
  readonly provider: string | undefined;
  readonly onAnswer: (answer: SignInAnswer) => void;
}

function PasswordForm({ problem, provider, onAnswer }: PasswordFormProps) {
  // The same one while the person types: the message takes the focus when it appears.
  const told = useMemo(
    () => (problem === undefined ? null : signInProblem(problem, provider)),
    [problem, provider],
  );
  const refused = useOfferedPasskeys(onAnswer);
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (email) => (email.trim() === "" ? "Give your e-mail address." : null),
      password: (password) => (password === "" ? "Give your password." : null),
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ email, password }) => signIn({ email: email.trim(), password }),
    onDone: onAnswer,
  });
  return (
    <form onSubmit={onSubmit} noValidate className="door-form">
      <FormError error={error ?? refused ?? told} />
      <TextInput
        label="E-mail"
        type="email"
        // The browser offers passkeys beside the addresses that it knows.
        autoComplete="username webauthn"
        // The page is for nothing else.
        autoFocus={problem === undefined}
        maxLength={254}
        {...form.getInputProps("email")}
      />
      <PresentPassword {...form.getInputProps("password")} />
      <Button type="submit" loading={isPending}>
        Sign in
      </Button>
    </form>
  );
}

interface OtherWaysProps {
  readonly about: AuthState;
  readonly to: string;
  readonly onAnswer: (answer: SignInAnswer) => void;
}

function OtherWays({ about, to, onAnswer }: OtherWaysProps) {
  const withPasskey = knowsPasskeys();
  if (about.providers.length === 0 && !withPasskey) return null;
  return (
    <>
      <p className="door-or">or</p>
      <div className="door-form">
        {withPasskey && <PasskeyButton onAnswer={onAnswer}>Sign in with a passkey</PasskeyButton>}
        {about.providers.map(({ id, name }) => (
          <Button key={id} component="a" href={providerAddress(id, to)} variant="default">
            Sign in with {name}
          </Button>
        ))}
      </div>
    </>
  );
}

export function SignInPage() {
  useTitle("Sign in");
  const session = useSession();
  const address = useSearch({ from: "/sign-in" });
  const hash = useLocation({ select: (location) => location.hash });
  const isDeleted = session.kind === "signed-out" && session.isDeleted === true;
  const to = isDeleted ? "/" : returnPath(address.to);
  if (session.kind === "signed-in") return <GoTo path={to} />;
  if (session.kind !== "signed-out") return null;
  const { about } = session;
  if (about.needsOwner)
    return (
      <DoorCard title="Nobody owns this server yet">
        <p className="door-about">
          When it started, the server printed a setup link into its log. Open that link to make the
          first account. On its machine, <code>parlance accounts setup-link</code> prints a new one.
        </p>
      </DoorCard>
    );
  const provider = about.providers.find(({ id }) => id === address.provider)?.name;
  return (
    <Entrance to={to} first={secondFactorIn(hash)}>
      {(onAnswer) => (
        <DoorCard title="Sign in">
          {isDeleted && (
            <p role="status" className="door-about">
              Your account is deleted.
            </p>
          )}
          <PasswordForm problem={address.problem} provider={provider} onAnswer={onAnswer} />
          <OtherWays about={about} to={to} onAnswer={onAnswer} />
          <div className="door-foot">
            <ForgotLink />
            {about.registration !== null && (
              <Link to="/register" className="text-link">
                Make an account
              </Link>
            )}
          </div>
        </DoorCard>
      )}
    </Entrance>
  );
}
