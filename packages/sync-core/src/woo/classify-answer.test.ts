// Names of products, and words of other languages.
// cspell:disable
import { describe, expect, it } from 'vitest';
import { recording } from '../../test/woo/recording.ts';
import {
  asWordPressError,
  classifyFailure,
  classifyPage,
  type FailedAnswer,
} from './classify-answer.ts';

const now = Date.UTC(2026, 10, 24);

interface Given {
  status: number;
  headers?: Record<string, string>;
  text?: string;
  url?: string;
}

function answer({ status, headers = {}, text = '', url }: Given): FailedAnswer {
  return {
    url: url ?? 'https://shop.example.com/wp-json/wc/v3/customers?per_page=1',
    status,
    header: (name) => headers[name] ?? null,
    text,
  };
}

function recorded(name: string): FailedAnswer {
  const { request, response } = recording(name);
  return answer({
    status: response.status,
    headers: response.headers,
    text: response.body,
    url: `https://127.0.0.1:8446${request.path}`,
  });
}

const json = (code: string, message: string, status?: number) =>
  JSON.stringify({ code, message, data: { status } });
const html = (title: string) => `<!DOCTYPE html><html><head><title>${title}</title></head></html>`;

describe('classifyFailure', () => {
  it.each([
    ['auth-none', 'wrong_key'],
    ['auth-wrong-key', 'wrong_key'],
    ['auth-basic-over-http', 'wrong_key'],
    ['extra-oauth1-unknown-key', 'wrong_key'],
    ['auth-wrong-secret', 'wrong_secret'],
    ['auth-write-only-key', 'key_without_read'],
    ['auth-subscriber-key', 'key_user_not_allowed'],
    ['auth-oauth1-bad-signature', 'bad_signature'],
    ['extra-oauth1-timestamp-20-minutes-old', 'clock_skew'],
    ['extra-oauth1-timestamp-20-minutes-ahead', 'clock_skew'],
    ['more-oauth1-nonce-again', 'nonce_used'],
    ['route-unknown', 'not_woocommerce'],
    ['extra-route-below-post-name', 'not_woocommerce'],
    ['extra-plain-wp-json', 'plain_permalinks'],
    ['customer-not-found', 'not_found'],
    ['customers-page-0', 'bad_request'],
  ])('calls the recorded answer %s %s', (name, code) => {
    expect(classifyFailure(recorded(name), now).code).toBe(code);
  });

  it.each([
    ['429', answer({ status: 429, headers: { 'retry-after': '7' } }), 'rate_limited'],
    ['500', answer({ status: 500, text: html('Error') }), 'store_error'],
    ['501', answer({ status: 501 }), 'store_error'],
    ['502', answer({ status: 502 }), 'store_unavailable'],
    ['508', answer({ status: 508 }), 'store_unavailable'],
    ['522', answer({ status: 522 }), 'store_unavailable'],
    ['408', answer({ status: 408 }), 'store_unavailable'],
    ['503 of WordPress', answer({ status: 503, text: html('Maintenance mode') }), 'maintenance'],
    ['503', answer({ status: 503, text: html('Service Unavailable') }), 'store_unavailable'],
    [
      'a fatal error in JSON',
      answer({ status: 500, text: json('internal_server_error', 'critical error', 500) }),
      'store_error',
    ],
    [
      'translated words',
      answer({
        status: 401,
        text: json(
          'woocommerce_rest_authentication_error',
          'Das Verbrauchergeheimnis ist ungültig.',
        ),
      }),
      'key_refused',
    ],
    [
      'a security plugin',
      answer({ status: 401, text: json('rest_login_required', 'REST API restricted', 401) }),
      'rest_blocked',
    ],
    ['a firewall', answer({ status: 403, text: html('403 Forbidden') }), 'rest_blocked'],
    ['a user agent filter', answer({ status: 455 }), 'rest_blocked'],
    [
      "Cloudflare's challenge",
      answer({ status: 403, headers: { 'cf-mitigated': 'challenge' }, text: html('x') }),
      'captcha',
    ],
    ['a challenge page', answer({ status: 403, text: html('Just a moment...') }), 'captcha'],
    [
      'an error with 200',
      answer({ status: 200, text: json('woocommerce_rest_cannot_view', 'Sorry', 403) }),
      'key_user_not_allowed',
    ],
  ])('calls %s by its name', (_what, given, code) => {
    expect(classifyFailure(given, now).code).toBe(code);
  });

  it.each([
    ['v105-database-down', 'database_down'],
    ['v105-maintenance', 'maintenance'],
    ['v105-fatal-500', 'store_error'],
    ['v105-notice-before-404', 'not_found'],
  ])('calls the recorded answer %s %s (R2, R7, R14)', (name, code) => {
    expect(classifyFailure(recorded(name), now).code).toBe(code);
  });

  const refusal = json('woocommerce_rest_cannot_create', 'Sorry', 401);
  it('ignores the same noise in errors as in data (R2)', () => {
    for (const noise of ['', '<br />\n<b>Notice</b>: x in y.php\n', '<!-- x -->', '\uFEFF']) {
      expect(classifyFailure(answer({ status: 401, text: noise + refusal }), now).code).toBe(
        'wrong_key',
      );
    }
  });

  it('reads Retry-After', () => {
    const limited = answer({ status: 429, headers: { 'retry-after': '7' } });
    expect(classifyFailure(limited, now)).toMatchObject({ status: 429, retryAfterMs: 7_000 });
  });

  it('names only the origin of a redirect', () => {
    const headers = { location: 'https://www.example.com/wp-json/?consumer_secret=cs_1' };
    const error = classifyFailure(answer({ status: 302, headers }), now);
    expect(error).toMatchObject({ code: 'redirected', kind: 'refused', excerpt: null });
    expect(error.message).toContain('(https://www.example.com)');
    expect(error.message).not.toContain('cs_1');
    const lost = answer({ status: 301, headers: { location: 'http://' } });
    expect(classifyFailure(lost, now).code).toBe('redirected');
  });

  it('keeps the message of WordPress as excerpt', () => {
    expect(classifyFailure(recorded('auth-wrong-secret'), now).excerpt).toBe(
      'woocommerce_rest_authentication_error: Consumer secret is invalid.',
    );
  });
});

describe('kind 4: firewalls and challenges are named, each with its own fix', () => {
  const page = (head: string, body = '') =>
    `<!DOCTYPE html><html><head>${head}</head><body>${body}</body></html>`;
  const cases: [string, number, string, string, string | null][] = [
    [
      'Imunify360 in JSON',
      200,
      '{"message":"Access denied by Imunify360 bot-protection. IPs used for automation should be whitelisted"}',
      'captcha',
      'Imunify360',
    ],
    [
      'Imunify360 as a page',
      200,
      page('<title>One moment, please...</title>', '<script>wsidchk()</script>'),
      'captcha',
      'Imunify360',
    ],
    [
      'byethost',
      200,
      '<html><body><script type="text/javascript" src="/aes.js"></script><noscript>No</noscript></body></html>',
      'captcha',
      'byethost',
    ],
    ['vDDoS', 200, page('<title>vDDoS Protection</title>'), 'captcha', 'vDDoS'],
    [
      'Wordfence that throttles',
      503,
      page('<title>Your access is limited</title>', 'Generated by Wordfence'),
      'captcha',
      'Wordfence',
    ],
    ['Wordfence that blocks', 403, page('', 'Generated by Wordfence'), 'rest_blocked', 'Wordfence'],
    ['Cloudflare that blocks', 403, 'error code: 1020', 'rest_blocked', 'Cloudflare'],
    [
      'Cloudflare that challenges',
      403,
      page(
        '<title>Just a moment...</title>',
        '<script src="/cdn-cgi/challenge-platform/x"></script>',
      ),
      'captcha',
      'Cloudflare',
    ],
    [
      'Sucuri',
      403,
      page('<title>Sucuri WebSite Firewall - Access Denied</title>'),
      'rest_blocked',
      'Sucuri',
    ],
    [
      'Imperva',
      200,
      page('', '<iframe src="/_Incapsula_Resource?x"></iframe>'),
      'captcha',
      'Imperva',
    ],
    [
      'ModSecurity',
      406,
      page(
        '<title>Not Acceptable!</title>',
        'An appropriate representation of the requested resource could not be found. Generated by Mod_Security.',
      ),
      'rest_blocked',
      'ModSecurity',
    ],
    [
      'nobody known',
      200,
      page(
        '<script>document.cookie="a=1";location.reload()</script>',
        '<noscript>Enable JavaScript</noscript>',
      ),
      'captcha',
      null,
    ],
  ];
  const cloudflareBlock = 'Access denied | shop.example used Cloudflare to restrict access';
  /** Other pages, answers and refusals of the same kind, as their makers send them. */
  const others: [string, number, string, string, string | null][] = [
    [
      'Cloudflare that restricts access',
      403,
      page(`<title>${cloudflareBlock}</title>`),
      'rest_blocked',
      'Cloudflare',
    ],
    ['Cloudflare that limits the rate', 429, 'error code: 1015', 'captcha', 'Cloudflare'],
    ['Cloudflare without a way to the store', 530, 'error code: 1033', 'store_unavailable', null],
    [
      'Cloudflare without an address of the store',
      530,
      'error code: 1016',
      'store_unavailable',
      null,
    ],
    [
      'a store that Cloudflare cannot reach',
      521,
      page('<title>shop.example | 521: Web server is down</title>'),
      'store_unavailable',
      null,
    ],
    [
      'Sucuri’s script',
      200,
      page(
        '<title>You are being redirected...</title>',
        '<noscript>Javascript is required.</noscript><script>sucuri_cloudproxy_js=""</script>',
      ),
      'captcha',
      'Sucuri',
    ],
    [
      'GoDaddy',
      403,
      page('<title>Access Denied - GoDaddy Website Firewall</title>'),
      'rest_blocked',
      'GoDaddy',
    ],
    [
      'AWS WAF behind CloudFront',
      403,
      page(
        '<title>ERROR: The request could not be satisfied</title>',
        'Request blocked. We can’t connect to the server. Generated by cloudfront (CloudFront)',
      ),
      'rest_blocked',
      'AWS WAF',
    ],
    [
      'CloudFront without an answer of the store',
      504,
      page(
        '<title>ERROR: The request could not be satisfied</title>',
        'Generated by cloudfront (CloudFront)',
      ),
      'store_unavailable',
      null,
    ],
    [
      'Akamai',
      403,
      page('<title>Access Denied</title>', '<h1>Access Denied</h1> Reference&#32;&#35;18&#46;2f1'),
      'rest_blocked',
      'Akamai',
    ],
    [
      'Akamai without an answer of the store',
      503,
      page('<title>Error</title>', 'Reference #30.1 https://errors.edgesuite.net/30.1'),
      'store_unavailable',
      null,
    ],
    [
      'F5, with a success',
      200,
      page(
        '<title>Request Rejected</title>',
        'The requested URL was rejected. Please consult with your administrator. Your support ID is: 123',
      ),
      'captcha',
      'F5',
    ],
    ['FortiWeb', 403, page('<title>Web Page Blocked!</title>'), 'rest_blocked', 'FortiWeb'],
    [
      'Azure',
      403,
      page(
        '<title>403 Forbidden</title>',
        '<center>Microsoft-Azure-Application-Gateway/v2</center>',
      ),
      'rest_blocked',
      'Azure',
    ],
    [
      'Azure without an answer of the store',
      502,
      page(
        '<title>502 Bad Gateway</title>',
        '<center>Microsoft-Azure-Application-Gateway/v2</center>',
      ),
      'store_unavailable',
      null,
    ],
    ['Kasada', 429, page('', '<script src="/149e/p.js?KPSDK=1"></script>'), 'captcha', 'Kasada'],
    [
      'Alibaba Cloud',
      405,
      page('', '<iframe src="https://errors.aliyun.com/error"></iframe>'),
      'rest_blocked',
      'Alibaba',
    ],
    [
      'Kinsta that blocks',
      403,
      page('<title>403 Forbidden</title>', 'Kinsta'),
      'rest_blocked',
      'Kinsta',
    ],
    [
      'Kinsta that is down',
      502,
      page('<title>502 Bad Gateway</title>', 'Kinsta'),
      'store_unavailable',
      null,
    ],
    [
      'WP Engine',
      403,
      page('<title>403</title>', 'Blocked by WP Engine'),
      'rest_blocked',
      'WP Engine',
    ],
    [
      'CleanTalk',
      200,
      page('<title>Checking</title>', 'Anti-Crawler Protection is checking your browser'),
      'captcha',
      'CleanTalk',
    ],
    [
      'MalCare',
      403,
      page('', 'Blocked because of Malicious Activities'),
      'rest_blocked',
      'MalCare',
    ],
    [
      'WP Cerber',
      403,
      page('<title>Access forbidden</title>', 'WP Cerber Security'),
      'rest_blocked',
      'WP Cerber',
    ],
    [
      'Solid Security in JSON',
      401,
      json(
        'itsec_rest_api_access_restricted',
        'Access to REST API requests is restricted by Solid Security settings.',
        401,
      ),
      'rest_blocked',
      'Solid Security',
    ],
    [
      'a page that sends a browser on',
      200,
      page('<meta http-equiv="refresh" content="0;/check?x">'),
      'captcha',
      null,
    ],
    [
      'a question whether one is human',
      200,
      page('<title>Verify you are human</title>'),
      'captcha',
      null,
    ],
    [
      'an unknown refusal with a success',
      200,
      page('<title>Access Denied</title>', '<h1>Access Denied</h1>'),
      'rest_blocked',
      null,
    ],
    [
      'an unknown refusal in words, with a success',
      200,
      'Your IP has been blocked.',
      'rest_blocked',
      null,
    ],
    [
      'an unknown refusal in JSON, with a success',
      200,
      '{"success":false,"message":"Access denied"}',
      'rest_blocked',
      null,
    ],
    [
      'a refusal of a proxy in JSON, with a success',
      200,
      '{"statusCode":403,"message":"Forbidden"}',
      'rest_blocked',
      null,
    ],
    [
      'a refusal with another name for its message',
      200,
      '{"error":"Request blocked"}',
      'rest_blocked',
      null,
    ],
    [
      'a question for a captcha in JSON',
      200,
      '{"message":"Please solve the captcha"}',
      'captcha',
      null,
    ],
    [
      'a limit in JSON, with a success',
      200,
      '{"code":"too_many_requests","message":"Slow down","data":{"status":429}}',
      'rate_limited',
      null,
    ],
    [
      'a status as a text',
      200,
      '{"code":"woocommerce_rest_cannot_view","message":"x","data":{"status":"401"}}',
      'wrong_key',
      null,
    ],
    [
      'a refusal of WooCommerce without a status',
      200,
      '{"code":"woocommerce_rest_cannot_view","message":"x","data":null}',
      'wrong_key',
      null,
    ],
    [
      'a site that its host suspended',
      200,
      page('<title>Account Suspended</title>', 'This Account has been suspended.'),
      'rest_blocked',
      'suspended',
    ],
    [
      'a database that is away, in German',
      500,
      json('wp_die', 'Fehler beim Aufbau einer Datenbankverbindung', 500),
      'database_down',
      null,
    ],
    [
      'a database that is away, in French',
      500,
      page('<title>Erreur</title>', 'Erreur lors de la connexion à la base de données'),
      'database_down',
      null,
    ],
    [
      'a database without connections left',
      500,
      json(
        'wp_die',
        "User shop already has more than 'max_user_connections' active connections",
        500,
      ),
      'database_down',
      null,
    ],
    [
      'a database behind a socket',
      500,
      page('', "Can't connect to local server through socket '/run/mysqld/mysqld.sock'"),
      'database_down',
      null,
    ],
    [
      'an Elementor page of maintenance',
      503,
      page('<title>Our site is undergoing maintenance</title>'),
      'maintenance',
      null,
    ],
    ['a store that opens soon', 200, page('<title>Coming Soon</title>'), 'maintenance', null],
    [
      'a store that is being built',
      503,
      page('<title>Under construction</title>'),
      'maintenance',
      null,
    ],
    [
      'maintenance in Italian',
      503,
      page('<title>Sito in manutenzione</title>'),
      'maintenance',
      null,
    ],
    [
      'miniOrange',
      401,
      '{"status":"error","error":"MISSING_AUTHORIZATION_HEADER","code":"401","error_description":"x"}',
      'rest_blocked',
      null,
    ],
  ];
  it.each([...cases, ...others])('%s', (_what, status, text, code, name) => {
    const given = answer({ status, text });
    const error =
      status < 300 && !text.startsWith('{')
        ? classifyPage(given)
        : classifyFailure(
            given,
            now,
            status < 300 ? asWordPressError(JSON.parse(text)) : undefined,
          );
    expect(error?.code).toBe(code);
    if (name === null) return;
    expect(error?.message).toContain(name);
    expect(error?.advice).toMatch(/MantisSync|host/);
  });

  it.each([
    ['a captcha', '/.well-known/sgcaptcha/?r=%2Fwp-json', 'captcha'],
    ['a check of another maker', 'https://validate.perfdrive.com/?ssa=1', 'captcha'],
    ['a login by another name', '/login/?redirect_to=%2Fwp-json', 'rest_blocked'],
    ['the page of a suspended site', '/cgi-sys/suspendedpage.cgi', 'rest_blocked'],
    ['the page of an empty server', '/cgi-sys/defaultwebpage.cgi', 'not_woocommerce'],
    ['a page of maintenance', '/maintenance/', 'maintenance'],
  ])('a redirect to %s is no new address', (_what, location, code) => {
    const error = classifyFailure(answer({ status: 302, headers: { location } }), now);
    expect(error.code).toBe(code);
  });

  it('a home page that mentions a firewall counts as a home page', () => {
    const home = page(
      '<link rel="https://api.w.org/" href="/wp-json/"><title>Robots and captchas</title>',
      '<script>x</script><noscript></noscript>',
    );
    expect(classifyPage(answer({ status: 200, text: home }))?.code).toBe('not_json');
  });

  it.each([
    ['a login plugin', 401, json('invalid_username', 'Unknown user', 401), {}, 'login_plugin'],
    ['JWT', 403, json('jwt_auth_bad_auth_header', 'x', 403), {}, 'login_plugin'],
    [
      'a staging password',
      401,
      '<h1>401</h1>',
      { 'www-authenticate': 'Basic realm="x"' },
      'web_login',
    ],
    [
      'http at a port of https',
      400,
      '<html>The plain HTTP request was sent to HTTPS port</html>',
      {},
      'https_port',
    ],
    [
      'a database that is away, as a page',
      500,
      page('<title>Database Error</title>'),
      {},
      'database_down',
    ],
    ['a login of WordPress', 302, '', { location: '/wp-login.php?redirect_to=x' }, 'rest_blocked'],
    ['wp_die without a record', 500, json('wp_die', 'x', 500), {}, 'store_unavailable'],
  ])('%s', (_what, status, text, headers, code) => {
    expect(classifyFailure(answer({ status, text, headers }), now).code).toBe(code);
  });
});

describe('classifyPage', () => {
  it.each([
    [recorded('extra-plain-wp-json-redirected'), 'plain_permalinks'],
    [answer({ status: 202, headers: { 'sg-captcha': 'challenge' } }), 'captcha'],
    [answer({ status: 200, text: html('Robot Challenge Screen') }), 'captcha'],
    [answer({ status: 200, text: html('Under maintenance') }), 'maintenance'],
    [answer({ status: 200, text: html('My shop, with a <captcha> in a form') }), 'not_json'],
  ])('tells pages apart (%#)', (given, code) => {
    expect(classifyPage(given)?.code).toBe(code);
  });

  it('leaves everything else to the parser', () => {
    expect(classifyPage(answer({ status: 200, text: '[]' }))).toBeNull();
    expect(classifyPage(answer({ status: 200, text: '<br /><b>Warning</b>' }))).toBeNull();
    expect(classifyPage(answer({ status: 200, text: '<!-- x -->[' }))).toBeNull();
  });
});
