import type { FormEvent } from 'react';
import type { WebLogin } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { WebLoginFields, webLoginOf } from './web-login-fields.tsx';

/** Asks for the login of the web server, if it requires one before the store responds. */
export function WebLoginForm(props: {
  /** As entered before. */
  user: string | undefined;
  isRefused: boolean;
  isBusy: boolean;
  onSubmit: (login: WebLogin) => void;
}) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    props.onSubmit(webLoginOf(new FormData(event.currentTarget)));
  };
  return (
    <form
      onSubmit={submit}
      aria-labelledby="web-login"
      className="flex flex-col gap-4 rounded-md border border-line-strong p-4"
    >
      <div role="status" className="flex flex-col gap-1">
        <h3 id="web-login" className="flex items-center gap-2 font-semibold">
          <Icon name="key" className="size-4 text-accent" />
          This site asks for a password
        </h3>
        <p className="text-muted">
          Its web server requires a login before the store responds, as staging sites often do.
          Enter the username and password of the browser’s dialog, not those of WordPress. They are
          stored encrypted.
        </p>
      </div>
      <div className="grid items-start gap-x-5 gap-y-4 sm:grid-cols-2">
        <WebLoginFields
          {...(props.user !== undefined && { user: props.user })}
          problem={props.isRefused ? 'The web server rejected this login.' : undefined}
        />
      </div>
      <div>
        <Button type="submit" kind="primary" isBusy={props.isBusy}>
          {props.isBusy ? 'Checking…' : 'Check again'}
        </Button>
      </div>
    </form>
  );
}
