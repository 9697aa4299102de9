// Names of products, and words of other languages.
// cspell:disable
import { pageTitle } from './scrub-excerpt.ts';
import type { WooErrorCode } from './woo-error.ts';

/** An error of WordPress: `{ code, message, data: { status } }`. */
export interface WordPressError {
  readonly code: string;
  readonly message: string;
  readonly status: number | null;
}

/** What a response that is not data shows. */
export interface AnswerFacts {
  readonly status: number;
  readonly header: (name: string) => string | null;
  /** Beginning of the body. */
  readonly text: string;
  readonly title: string;
  readonly isHtml: boolean;
  readonly wordPress: WordPressError | null;
  /** The request contained the login of the web server. */
  readonly hasWebLogin: boolean;
}

export interface Sign {
  readonly code: WooErrorCode;
  /** Appended to the message: the product that was recognised. */
  readonly detail?: string;
  /** Replaces the advice of the code. */
  readonly advice?: string;
}

const beginning = 20_000;

export function factsOf(
  answer: Pick<AnswerFacts, 'status' | 'header' | 'text'> & { hasWebLogin?: boolean },
  wordPress: WordPressError | null,
): AnswerFacts {
  const text = answer.text.slice(0, beginning);
  const isHtml = /^\s*<(?:!doctype|html|head|title|meta|body|script|noscript|center|h1|!--)/i.test(
    text,
  );
  return {
    status: answer.status,
    header: answer.header,
    text,
    title: pageTitle(text) ?? '',
    isHtml,
    wordPress,
    hasWebLogin: answer.hasWebLogin ?? false,
  };
}

/** Bot protections and firewalls: how to recognise them, and where to exempt us. */
interface Protection {
  readonly name: string;
  /** In a page, or in a short response. */
  readonly text?: RegExp;
  /** A header that only this product sends, with a pattern for its value. */
  readonly header?: readonly [string, RegExp];
  readonly where: string;
  /** A host or network whose name stands on its pages for missing files and outages too. */
  readonly servesOtherErrors?: boolean;
}

/** In the order in which they are checked. */
export const PROTECTIONS: readonly Protection[] = [
  {
    name: 'SiteGround',
    text: /sgcaptcha|\.well-known\/captcha/i,
    header: ['sg-captcha', /./],
    where: 'ask SiteGround’s support to exempt our user agent from its anti-bot system',
  },
  {
    name: 'Cloudflare',
    text: /cf[-_]chl|challenge-platform|cdn-cgi\/challenge|attention required! \| cloudflare|used cloudflare to restrict access|ddos protection by (?:<[^>]*>)?cloudflare|(?:error code:|error 1\d\d\d.{0,20}ray id|errorcode_)\s*(?:10(?:0[5-9]|1[0-35]|20)|1106)\b/i,
    header: ['cf-mitigated', /./],
    where:
      'add a WAF rule in Cloudflare that skips /wp-json/wc/ (Bot Fight Mode cannot be skipped: turn it off)',
  },
  {
    name: 'Imunify360',
    text: /imunify360|wsidchk|i360|webshield/i,
    where: 'have the host put our address on Imunify360’s white list',
  },
  {
    name: 'InfinityFree or byethost',
    text: /["'/]aes\.js\b|__test=/i,
    where: 'this free hosting admits browsers only: move the store to another host',
  },
  { name: 'vDDoS', text: /vddos/i, where: 'set vDDoS to “no” for /wp-json/' },
  {
    name: 'Wordfence',
    text: /wordfence/i,
    where:
      'add our address to Wordfence → Firewall → Allowlisted IP addresses, or raise its rate limits',
  },
  {
    name: 'Sucuri',
    text: /sucuri (?:website )?firewall|sucuri[ _]cloudproxy|sucuri\.net/i,
    header: ['x-sucuri-block', /./],
    where: 'allow /wp-json/wc/ under Sucuri → Access Control',
  },
  {
    name: 'GoDaddy',
    text: /godaddy (?:website )?(?:firewall|security)/i,
    where: 'allow /wp-json/wc/ in GoDaddy’s Website Security → Firewall → Access Control',
  },
  {
    name: 'Imperva',
    text: /_incapsula_resource|incapsula incident|imperva/i,
    where: 'allow our user agent in Imperva’s bot settings',
  },
  {
    name: 'DDoS-Guard',
    text: /ddos-guard/i,
    where: 'exempt /wp-json/ in DDoS-Guard',
  },
  {
    name: 'AWS WAF',
    text: /awswaf|aws-waf-token|request blocked\.[\s\S]*cloudfront/i,
    header: ['x-amzn-waf-action', /./],
    where: 'exempt /wp-json/wc/ in the rules of AWS WAF',
  },
  {
    name: 'Akamai',
    text: /access denied[\s\S]*(?:errors\.edgesuite\.net|reference(?:&#32;| )(?:&#35;|#))|akamai bot manager|_abck|sec-if-cpt-container/i,
    where: 'exempt our user agent in Akamai’s bot manager',
  },
  {
    name: 'DataDome',
    text: /datadome/i,
    header: ['x-datadome', /./],
    where: 'allow our user agent in DataDome',
  },
  {
    name: 'PerimeterX',
    text: /perimeterx|px-captcha/i,
    where: 'allow our user agent in HUMAN (PerimeterX)',
  },
  {
    name: 'Kasada',
    text: /kpsdk|kasada/i,
    where: 'allow our user agent in Kasada',
  },
  {
    name: 'Radware',
    text: /perfdrive\.com|shieldsquare|radware/i,
    where: 'allow our user agent in Radware’s bot manager',
  },
  {
    name: 'F5 BIG-IP',
    text: /the requested url was rejected\. please consult with your administrator|\/TSPD\//i,
    where: 'have the host exempt /wp-json/wc/ in F5’s Application Security Manager',
  },
  {
    name: 'FortiWeb',
    text: /fortiweb|fortiguard|web page blocked/i,
    where: 'exempt /wp-json/wc/ in FortiWeb',
  },
  {
    name: 'Barracuda',
    text: /barracuda (?:web application firewall|networks|waf)|barra_counter_session/i,
    where: 'exempt /wp-json/wc/ in the Barracuda firewall',
  },
  {
    name: 'Azure',
    servesOtherErrors: true,
    text: /microsoft-azure-application-gateway|azure front door|<h2>the request is blocked\.<\/h2>|azure waf/i,
    where: 'exempt /wp-json/wc/ in the WAF policy of Azure',
  },
  {
    name: 'Alibaba Cloud',
    servesOtherErrors: true,
    text: /errors\.aliyun\.com|aliyun_waf|acw_sc__v/i,
    where: 'exempt /wp-json/wc/ in Alibaba Cloud’s WAF',
  },
  {
    name: 'StackPath',
    servesOtherErrors: true,
    text: /stackpath/i,
    where: 'exempt /wp-json/wc/ in StackPath’s WAF',
  },
  {
    name: 'Qrator',
    servesOtherErrors: true,
    text: /qrator/i,
    where: 'allow our address in Qrator',
  },
  {
    name: 'MalCare',
    text: /malcare|blocked because of malicious activit/i,
    where: 'allow our address in MalCare → Firewall',
  },
  {
    name: 'WP Cerber',
    text: /wp[- ]cerber|cerber(?:ecure)? ?security/i,
    where: 'allow the REST API in WP Cerber → Hardening, and our address in its Access Lists',
  },
  {
    name: 'CleanTalk',
    text: /cleantalk|anti-crawler protection|spamfirewall/i,
    where: 'allow our user agent in CleanTalk’s SpamFireWall and Anti-Crawler',
  },
  {
    name: 'Patchstack',
    text: /patchstack|webarx/i,
    where: 'allow our address in Patchstack',
  },
  {
    name: 'Jetpack',
    text: /jetpack (?:firewall|waf|protect)/i,
    where: 'allow our address in Jetpack → Settings → Security → Firewall',
  },
  {
    name: 'BulletProof Security',
    text: /bulletproof security|bps (?:plugin|security)/i,
    where: 'exempt /wp-json/wc/ in BulletProof Security',
  },
  {
    name: 'Tiger Protect',
    servesOtherErrors: true,
    text: /tiger[- ]?protect|o2switch/i,
    where: 'allow our address in cPanel → Tiger Protect',
  },
  {
    name: 'Kinsta',
    servesOtherErrors: true,
    text: /kinsta/i,
    where: 'ask Kinsta’s support to allow our address',
  },
  {
    name: 'WP Engine',
    servesOtherErrors: true,
    text: /wp ?engine/i,
    where: 'ask WP Engine’s support to allow our user agent',
  },
  {
    name: 'Hostinger',
    servesOtherErrors: true,
    text: /hostinger|hcdn/i,
    where: 'ask Hostinger’s support to exempt /wp-json/wc/ from its CDN’s bot protection',
  },
  {
    name: 'Vercel',
    text: /vercel security checkpoint/i,
    where: 'allow our user agent in Vercel’s firewall',
  },
  {
    name: 'BitNinja',
    text: /bitninja/i,
    where: 'have the host put our address on BitNinja’s allow list',
  },
  {
    name: 'Anubis',
    text: /anubis[_-]|making sure you(?:'|’|&#39;)re not a bot/i,
    where: 'exempt /wp-json/ in Anubis',
  },
  {
    name: 'QUIC.cloud or LiteSpeed',
    text: /lsrecaptcha|quic\.cloud/i,
    where: 'exempt /wp-json/ from LiteSpeed’s reCAPTCHA protection',
  },
  {
    name: 'ModSecurity',
    text: /mod_?security|appropriate representation of the requested resource/i,
    where: 'have the host turn off the ModSecurity rule that its log names for /wp-json/',
  },
  {
    name: 'NinjaFirewall',
    text: /ninjafirewall/i,
    where: 'allow our address in NinjaFirewall → Access Control',
  },
  {
    name: 'All-In-One Security',
    text: /all[- ]in[- ]one (?:wp )?security|aios_|aiowps/i,
    where: 'turn off “Disallow unauthorized REST requests” in All-In-One Security',
  },
  {
    name: 'Solid Security',
    text: /ithemes[- ]security|solid security/i,
    where: 'set REST API to “Default access” in Solid Security',
  },
  {
    name: 'Shield Security',
    text: /shield security|icwp-wpsf/i,
    where: 'allow our address in Shield Security',
  },
  { name: 'SiteLock', text: /sitelock/i, where: 'allow our address in SiteLock' },
  { name: 'BunkerWeb', text: /bunkerweb|bunkerity/i, where: 'exempt /wp-json/ in BunkerWeb' },
];

/** Common to challenge pages of any product. */
const challengeWords =
  /just a moment|one moment|captcha|\brobot|are (?:you )?(?:a )?human|human verification|attention required|security check|check(?:ing)? your browser|verif(?:y|ying) (?:you|your|that|the)|verifying|\bddos|bot[ -](?:protection|detection|verification)|access verification|automated (?:access|queries|requests|traffic)|enable javascript|javascript is (?:required|disabled)/i;

/** Texts of permanent blocks, whatever the product. */
const refusalWords =
  /\baccess (?:is |was |has been )?(?:denied|blocked|forbidden|restricted|not allowed)|\brequest (?:is |was |has been )?(?:rejected|blocked|denied|forbidden)|\bforbidden\b|\b(?:page|ip|address|you|been|client) (?:is |are |was )?(?:blocked|banned|blacklisted)|not acceptable|unauthori[sz]ed (?:activity|request)|suspicious (?:activity|request)|firewall|zugriff verweigert|acc[eè]s (?:refus|interdit)|acceso (?:denegado|prohibido)|acesso negado|accesso negato|toegang geweigerd/i;

/** A page without WordPress markup that has the title of a challenge, or only runs a script. */
function isChallenge(facts: AnswerFacts): boolean {
  const { isHtml, text, title, wordPress } = facts;
  if (wordPress) return isUnsigned(wordPress) && challengeWords.test(wordPress.message);
  if (!isHtml || isOfWordPress(facts)) return false;
  if (challengeWords.test(title)) return true;
  if (!isSmall(facts)) return false;
  if (/<meta[^>]{1,80}http-equiv=["']?refresh/i.test(text) && !/<(?:p|a|h\d)\b/i.test(text))
    return true;
  if (!/<script\b/i.test(text)) return false;
  return /<noscript\b|document\.cookie|location\.(?:reload|href|replace)/i.test(text);
}

/** A refusal by its status, or by the words of an answer that came as a success. */
function isRefusal(facts: AnswerFacts): boolean {
  const { status, wordPress, isHtml, title, text } = facts;
  if ([401, 403, 405, 406, 429].includes(status)) return true;
  if (status >= 300)
    return wordPress !== null && isUnsigned(wordPress) && refusalWords.test(wordPress.message);
  if (!isHtml) return text.length < 1_000 && /^[\w<]/.test(text.trim()) && refusalWords.test(text);
  const heading = /<h[12]\b[^>]{0,200}>([^<]{1,200})</i.exec(text)?.[1] ?? '';
  return isSmall(facts) && !isOfWordPress(facts) && refusalWords.test(`${title} ${heading}`);
}

function isOfWordPress({ text, header }: AnswerFacts): boolean {
  return /api\.w\.org|wp-content|wp-includes/i.test(text + (header('link') ?? ''));
}

/** A message without a code comes from a firewall or a proxy, not from WordPress. */
function isUnsigned({ code }: WordPressError): boolean {
  return !/[a-z]_[a-z]/i.test(code);
}

function isSmall({ text }: AnswerFacts): boolean {
  return text.length < 15_000;
}

function protectionOf(facts: AnswerFacts): Sign | null {
  const words = facts.wordPress?.message ?? facts.text;
  const isNamedBy = ({ header }: Protection) =>
    header?.[1].test(facts.header(header[0]) ?? '') === true && facts.wordPress === null;
  const found = PROTECTIONS.find((protection) => {
    const { text } = protection;
    if (isNamedBy(protection)) return true;
    if (protection.servesOtherErrors === true && !isRefusal(facts)) return false;
    // A store's home page may mention a firewall: names count only in error responses and small pages.
    return text?.test(words) === true && (facts.status >= 400 || isSmall(facts));
  });
  if (!found) return isChallenge(facts) ? { code: 'captcha' } : null;
  const advice = `${found.where.charAt(0).toUpperCase()}${found.where.slice(1)} (user agent "MantisSync").`;
  const isChallengeOf = isNamedBy(found) || !isBlock(facts);
  return { code: isChallengeOf ? 'captcha' : 'rest_blocked', detail: found.name, advice };
}

function refusalOf(facts: AnswerFacts): Sign | null {
  return isRefusal(facts) ? { code: 'rest_blocked' } : null;
}

/** An error in JSON that came as a success, without a status of its own. */
function isOfProxy({ status, wordPress }: AnswerFacts): boolean {
  return status === 500 && wordPress !== null && wordPress.status === null;
}

/** A permanent block, until someone changes a rule; others may pass with time. */
function isBlock({ status, isHtml, text }: AnswerFacts): boolean {
  return [401, 403, 405, 406].includes(status) && !(isHtml && /<script\b/i.test(text));
}

const databaseDown =
  /error (?:re)?(?:establishing|connecting to)(?: a| the)? database|too many (?:database )?connections|max_user_connections|(?:mysql|mariadb|database) server has gone away|lost connection to (?:mysql|server)|can(?:'|’|&#0?39;)t connect to (?:local )?(?:mysql|mariadb|server)|mysqli_(?:real_)?connect|sqlstate\[hy000\] \[(?:1040|1203|20\d\d)\]|wpdb_connect|db-error|datenbankverbindung|connexion [àa] la base de donn|conexi[oó]n (?:con|a) la base de datos|conex[aã]o (?:com|à) (?:o|a)? ?banco de dados|liga[cç][aã]o à base de dados|connessione (?:al|con il) database|databaseverbinding|databasforbindelse|databasanslutning|połączeni\S* z bazą danych|соединени\S* с базой данных/i;
const maintenance =
  /(?:scheduled|routine|planned|undergoing|under|down for|in|site|system) maintenance|maintenance (?:mode|break|window)|briefly unavailable|under construction|coming soon|(?:will )?be (?:right )?back (?:soon|shortly)|wartung|en maintenance|mantenimiento|manutenzione|manuten[cç][aã]o|onderhoud|underhåll|vedligehold|konserwacj|техническ\S* (?:работ|обслуж)|メンテナンス|维护/i;

/** What a host puts in place of a site whose owner does not pay, or who used too much. */
const suspended =
  /account (?:has been |is |was )?suspended|suspendedpage\.cgi|(?:site|website|hosting) (?:has been |is |was )?suspended|bandwidth limit exceeded/i;

/** Error codes of plugins that use our keys as a login of their own. */
const loginPlugin =
  /^(?:invalid_username|invalid_email|incorrect_password|empty_username|empty_password|jwt_auth_|\[jwt_auth\]|rest_authentication_failed|application_passwords?_|invalid_application_password|mo_|miniorange|missing_authorization_header|invalid_authorization_header|bearer_|oauth2?_|json_oauth|rest_oauth|token_|invalid_(?:token|jwt|credentials|username_or_password|login)|unauthorized_?access)/i;

/**
 * Recognisable obstacles, most specific first. Everything else is classified by status and WordPress error
 * code (`classify-answer.ts`).
 */
const SIGNS: readonly ((facts: AnswerFacts) => Sign | null)[] = [
  (facts) => {
    const words = [facts.wordPress?.code, facts.wordPress?.message, facts.title].join(' ');
    const isDown =
      databaseDown.test(words) ||
      /^database error$/i.test(facts.title) ||
      (facts.isHtml && isSmall(facts) && databaseDown.test(facts.text));
    return isDown ? { code: 'database_down' } : null;
  },
  (facts) => {
    const { wordPress, text, isHtml, title } = facts;
    const isPage = isHtml && isSmall(facts) && !isOfWordPress(facts);
    if (wordPress || !suspended.test(isPage ? text : title)) return null;
    const advice = 'The host has switched the site off: its owner has to talk to the host.';
    return { code: 'rest_blocked', detail: 'the host suspended the site', advice };
  },
  // Cloudflare itself cannot find the store, or is not allowed to serve it.
  ({ wordPress, text }) =>
    !wordPress && /^\s*error code: 10(?:0[0-4]|14|16|18|33)\b/i.test(text)
      ? { code: 'store_unavailable', detail: 'Cloudflare cannot reach it' }
      : null,
  protectionOf,
  (facts) => {
    const { status, wordPress, text, title, isHtml } = facts;
    if (wordPress?.code === 'wp_die' && status === 503) return { code: 'maintenance' };
    if (status === 503) {
      const words = wordPress?.message ?? (isHtml ? `${title} ${text}` : text);
      return maintenance.test(words) ? { code: 'maintenance' } : null;
    }
    const page = isSmall(facts) && !isOfWordPress(facts) ? `${title} ${text}` : title;
    return status < 300 && isHtml && maintenance.test(page) ? { code: 'maintenance' } : null;
  },
  (facts) => (facts.status < 300 || isOfProxy(facts) ? refusalOf(facts) : null),
  ({ status, wordPress }) =>
    status >= 500 && wordPress?.code === 'wp_die' ? { code: 'store_unavailable' } : null,
  ({ wordPress, status }) =>
    wordPress && status < 500 && loginPlugin.test(wordPress.code)
      ? { code: 'login_plugin', detail: wordPress.code.slice(0, 60) }
      : null,
  ({ status, wordPress, header, hasWebLogin }) => {
    if (status !== 401 || wordPress) return null;
    const asked = header('www-authenticate') ?? '';
    if (/(?:^|,)\s*basic\b/i.test(asked))
      return { code: hasWebLogin ? 'web_login_refused' : 'web_login' };
    const [scheme] = /^\s*(?:digest|negotiate|ntlm)\b/i.exec(asked) ?? [];
    return scheme === undefined ? null : { code: 'web_login_unsupported', detail: scheme.trim() };
  },
  ({ status, text }) =>
    status === 400 &&
    /plain http request was sent to https port|speaking plain HTTP to an SSL/i.test(text)
      ? { code: 'https_port' }
      : null,
];

/** The first sign found in a response, or null. */
export function findSign(facts: AnswerFacts): Sign | null {
  for (const sign of SIGNS) {
    const found = sign(facts);
    if (found) return found;
  }
  return null;
}
