import { TextField } from './fields.tsx';

const MIN_LENGTH = 12;
const MAX_LENGTH = 128;

/** A field for a new password. */
export function NewPasswordField({ label = 'New password' }: { label?: string }) {
  return (
    <TextField
      label={label}
      name="newPassword"
      type="password"
      autoComplete="new-password"
      minLength={MIN_LENGTH}
      maxLength={MAX_LENGTH}
      hint={`${MIN_LENGTH} characters or more`}
      required
    />
  );
}

/** Tells password managers whose password it is, where the form does not ask. */
export function PasswordOwner({ email }: { email: string }) {
  return <input type="email" autoComplete="username" value={email} readOnly hidden />;
}

/** The value of a password field, including spaces. */
export function passwordOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
