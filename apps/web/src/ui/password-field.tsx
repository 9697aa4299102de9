import { TextField } from './fields.tsx';

const MIN_LENGTH = 12;
const MAX_LENGTH = 128;

/** A password that is chosen now. */
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

/** What was typed into a field for a password, spaces included. */
export function passwordOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
