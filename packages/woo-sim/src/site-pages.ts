/** The start of the home page as the recorded store prints it, and a body. */
export function homePage(home: string): string {
  return `<!DOCTYPE html>
<html lang="en-US">
<head>
	<meta charset="UTF-8" />
	<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name='robots' content='noindex, nofollow' />
	<style>img:is([sizes="auto" i], [sizes^="auto," i]) { contain-intrinsic-size: 3000px 1500px }</style>
	<title>Example Store</title>
<link rel='dns-prefetch' href='//${new URL(home).hostname}' />
<link rel="alternate" type="application/rss+xml" title="Example Store &raquo; Feed" href="${home}/?feed=rss2" />
<link rel="alternate" type="application/rss+xml" title="Example Store &raquo; Comments Feed" href="${home}/?feed=comments-rss2" />
</head>
<body class="home blog wp-theme-storefront"><h1>Example Store</h1></body>
</html>
`;
}

/** WordPress's page for an unknown address. */
export function notFoundPage(home: string): string {
  return homePage(home).replace(
    '<title>Example Store',
    '<title>Page not found &#8211; Example Store',
  );
}

/** A host's page during maintenance, with status 200. */
export const maintenancePage =
  '<!DOCTYPE html>\n<html lang="en-US"><head><title>Maintenance</title></head><body><h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1></body></html>\n';

/** SiteGround's captcha: status 202 with the header `SG-Captcha: challenge`. */
export const captchaPage =
  '<html><head><link rel="icon" href="data:;"><meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F"></meta></head></html>';

/** A web server's own error page. */
export function serverErrorPage(status: number, reason: string): string {
  return `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
}
