import type { WebLogin } from '../../api/trpc.ts';
import { TextField } from '../../ui/fields.tsx';
import { passwordOf } from '../../ui/password-field.tsx';

/** The login of a web server in front of a store. */
export function WebLoginFields({ problem, user }: { problem?: string | undefined; user?: string }) {
  const common = { required: true, maxLength: 200, spellCheck: false };
  return (
    <>
      <TextField
        label="Username"
        name="user"
        autoComplete="off"
        autoCapitalize="off"
        defaultValue={user}
        {...common}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        problem={problem}
        {...common}
      />
    </>
  );
}

/** What the fields of a form hold. */
export function webLoginOf(form: FormData): WebLogin {
  return { user: passwordOf(form, 'user'), password: passwordOf(form, 'password') };
}
