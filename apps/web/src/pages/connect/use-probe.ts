import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { probeQuery, type GivenLogin } from '../../api/queries.ts';
import type { WebLogin } from '../../api/trpc.ts';

/** Probes an address; if its web server requires a login, with the one that was entered here. */
export function useProbe(address: string) {
  /** Kept only here, never in the page's address. */
  const [last, setLast] = useState<(GivenLogin & { address: string }) | null>(null);
  const given = last?.address === address ? last : null;
  const probe = useQuery({ ...probeQuery(address, given), enabled: address !== '' });
  const findings = probe.data?.findings ?? [];
  const has = (wanted: string) => findings.some(({ code }) => code === wanted);
  return {
    probe,
    webLogin: given?.webLogin,
    loginForm: {
      isNeeded: given !== null || has('web_login'),
      isRefused: has('web_login_refused'),
      user: given?.webLogin.user,
      submit: (webLogin: WebLogin) =>
        setLast({ address, webLogin, attempt: (last?.attempt ?? 0) + 1 }),
    },
    /** The form says the same of the login. */
    findings: findings.filter(({ code }) => code !== 'web_login' && code !== 'web_login_refused'),
  };
}
