import { serverErrorPage } from './site-pages.ts';
import type { WireAnswer } from './wire-answer.ts';

/** The password in front of a whole site, as staging sites have it (Basic authentication). */
export interface WebLogin {
  user: string;
  password: string;
  /** nginx unless given; Apache's response has another page and realm. */
  server?: 'nginx' | 'apache';
}

/** The web server's response to a request without its login; null if the request may pass to WordPress. */
export function refuseWithout(
  { user, password, server = 'nginx' }: WebLogin,
  authorization: string | undefined,
  nowMs: number,
): WireAnswer | null {
  const encoded = /^basic\s+(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
  const given = encoded && Buffer.from(encoded, 'base64').toString('utf8');
  if (given === `${user}:${password}`) return null;
  const date = new Date(nowMs).toUTCString();
  const challenge = { 'www-authenticate': 'Basic realm="Restricted"' };
  return server === 'nginx'
    ? {
        status: 401,
        headers: { server: 'nginx', date, 'content-type': 'text/html', ...challenge },
        body: serverErrorPage(401, 'Authorization Required'),
        sized: true,
      }
    : {
        status: 401,
        headers: {
          date,
          server: 'Apache/2.4.65 (Debian)',
          ...challenge,
          'content-type': 'text/html; charset=iso-8859-1',
        },
        body: apachePage,
        sized: true,
      };
}

const apachePage = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>401 Unauthorized</title>
</head><body>
<h1>Unauthorized</h1>
<p>This server could not verify that you
are authorized to access the document
requested.  Either you supplied the wrong
credentials (e.g., bad password), or your
browser doesn't understand how to supply
the credentials required.</p>
<hr>
<address>Apache/2.4.65 (Debian) Server at shop.example Port 443</address>
</body></html>
`;
