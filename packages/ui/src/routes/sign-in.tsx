import { Button, PasswordInput, TextInput } from "@mantine/core";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState, type ReactNode } from "react";
import { signIn } from "../api/requests/session.ts";
import { useAction } from "../api/use-action.ts";
import { RefusalNotice } from "../atoms/refusal-notice.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { queryClient } from "../query-client.ts";
import { Logo } from "../shell/logo.tsx";
import "./sign-in.css";

const route = getRouteApi("/login");

/** Signs in by password and returns to where one was. */
export function SignInPage(): ReactNode {
  useTitle("Sign in");
  const { next, expired } = route.useSearch();
  const router = useRouter();
  const action = useAction([]);
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if ((await action.run(signIn(username, password))) === undefined) return;
    queryClient.clear();
    router.history.push(safeNext(next));
  };

  return (
    <main className="sign-in">
      <form className="panel sign-in-card" onSubmit={(event) => void submit(event)} aria-label="Sign in">
        <div className="row">
          <Logo size={30} />
          <h1>Sign in to Windlass</h1>
        </div>
        {expired === true && action.refused === null && (
          <div className="notice" data-tone="warn" role="status">
            Your session is over. Sign in again and you are back where you were.
          </div>
        )}
        {/* Signing in by script is not a job for a session: keys are made for that, so this form has no copy. */}
        <TextInput
          label="User name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          size="sm"
          autoFocus
          required
          withAsterisk={false}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          size="sm"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {action.refused !== null && <RefusalNotice refused={action.refused} />}
        <Button type="submit" size="sm" loading={action.pending}>
          Sign in
        </Button>
      </form>
    </main>
  );
}

/** Only a path of this app: a link must not lead a signed-in person to another site. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : "/";
}
