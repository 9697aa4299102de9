import { useMutation } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { KeysForm, type Keys } from './connect-keys.tsx';
import { trpc, type WebLogin } from '../../api/trpc.ts';

/** Tests keys on the store, and continues with those that work. */
export function TryKeys(props: {
  storeUrl: string;
  /** Of the web server, if it requires one. */
  login: { webLogin?: WebLogin };
  keys: Keys | null;
  onTried: (keys: Keys) => void;
  onBack: () => void;
}) {
  const { storeUrl, login } = props;
  const attempt = useMutation(trpc.store.tryConnection.mutationOptions());
  const { variables } = attempt;
  return (
    <KeysForm
      storeUrl={storeUrl}
      keys={props.keys}
      result={attempt.data ?? null}
      error={attempt.error && readApiError(attempt.error)}
      isBusy={attempt.isPending}
      onTry={(keys) => attempt.mutate({ url: storeUrl, ...login, ...keys })}
      onChange={() => !attempt.isIdle && attempt.reset()}
      onContinue={() => {
        if (!variables) return;
        const { consumerKey, consumerSecret } = variables;
        props.onTried({ consumerKey, consumerSecret });
      }}
      onBack={props.onBack}
    />
  );
}
