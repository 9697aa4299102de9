import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Icon, Logo } from '../../ui/icon.tsx';
import { textOf } from '../../ui/text-of.ts';
import { queryClient } from '../../api/trpc.ts';

const unreachable = 'Mantis Sync does not answer. Check your connection and try again.';

/** Null where it went well, else what to tell the person. */
async function signIn(email: string, password: string): Promise<string | null> {
  try {
    const auth = await import('../../api/auth-client.ts');
    return await auth.signIn(email, password);
  } catch {
    return unreachable;
  }
}

export function SignInPage() {
  const search = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const attempt = useMutation({
    mutationFn: async ({ email, password }: { email: string; password: string }) => {
      const problem = await signIn(email, password);
      if (problem !== null) throw new Error(problem);
      queryClient.clear();
      router.history.push(search.redirect ?? '/stores');
    },
  });
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = form.get('password');
    if (typeof password === 'string') attempt.mutate({ email: textOf(form, 'email'), password });
  }
  const problem = attempt.error?.message ?? (search.error && linkProblem(search.error));
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <Logo className="size-11" />
          <h1 className="text-xl font-semibold tracking-tight">Sign in to Mantis Sync</h1>
        </div>
        <form
          onSubmit={submit}
          className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5 shadow-card sm:p-6"
        >
          {problem && (
            <p role="alert" className="flex gap-2.5 rounded-md bg-bad-soft px-3 py-2.5">
              <Icon name="alert" className="mt-0.5 size-4 text-bad" />
              {problem}
            </p>
          )}
          <TextField label="Email" name="email" type="email" autoComplete="username" required />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <Button type="submit" kind="primary" isBusy={attempt.isPending} className="mt-1">
            {attempt.isPending ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
        <p className="mt-4 text-center text-sm text-muted">
          In the demo, open the sign-in link that it prints: it needs no password.
        </p>
      </div>
    </main>
  );
}

function linkProblem(code: string): string {
  return code === 'EXPIRED_TOKEN' || code === 'INVALID_TOKEN'
    ? 'This sign-in link was already used or has expired. Ask for a new one, or sign in with your password.'
    : 'This sign-in link did not work. Ask for a new one, or sign in with your password.';
}
