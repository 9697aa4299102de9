import type { SimKey } from './authenticate.ts';

const permissions: Record<SimKey['permissions'], string[]> = {
  read: ['View coupons', 'View customers', 'View orders and sales reports', 'View products'],
  write: ['Create webhooks', 'Create coupons', 'Create customers', 'Create orders'],
  read_write: [
    'Create webhooks',
    'View and manage coupons',
    'View and manage customers',
    'View and manage orders and sales reports',
    'View and manage products',
  ],
};

const names: Record<SimKey['permissions'], string> = {
  read: 'Read',
  write: 'Write',
  read_write: 'Read/Write',
};

/** `templates/auth/form-grant-access.php`, in the same order. */
export function grantPage(page: {
  appName: string;
  scope: SimKey['permissions'];
  approveUrl: string;
  denyUrl: string;
}): string {
  const app = escapeHtml(page.appName);
  const items = permissions[page.scope].map((text) => `<li>${text}</li>`).join('\n\t');
  return document(
    'Application authentication request',
    `<h1>${app} would like to connect to your store</h1>
<p>This will give "${app}" <strong>${names[page.scope]}</strong> access which will allow it to:</p>
<ul class="wc-auth-permissions">
	${items}
</ul>
<p>Logged in as storeadmin</p>
<p class="wc-auth-actions">
	<a href="${escapeHtml(page.approveUrl)}" class="button wc-auth-approve">Approve</a>
	<a href="${escapeHtml(page.denyUrl)}" class="button wc-auth-deny">Deny</a>
</p>`,
  );
}

/** `wp_die` with status 401. */
export function deniedPage(message: string): string {
  return document('Access denied', `<p>Error: ${escapeHtml(message)}.</p>`);
}

function document(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en-US">
<head>
	<meta charset="UTF-8" />
	<meta name="viewport" content="width=device-width, initial-scale=1" />
	<meta name="robots" content="noindex, nofollow" />
	<title>${title}</title>
	<style>body{font:16px/1.5 sans-serif;max-width:34em;margin:3em auto;padding:0 1em}.button{display:inline-block;padding:.6em 1.2em;border:1px solid #7f54b3;color:#7f54b3;text-decoration:none}.wc-auth-approve{background:#7f54b3;color:#fff}</style>
</head>
<body class="wc-auth">
${body}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (char) => entities[char] ?? char);
}
