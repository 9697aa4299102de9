import { pageTitle } from './scrub-excerpt.ts';
import type { WooErrorCode } from './woo-error.ts';

/** An error of WordPress: `{ code, message, data: { status } }`. */
export interface WordPressError {
  readonly code: string;
  readonly message: string;
  readonly status: number | null;
}

/** What an answer that is not data shows of itself. */
export interface AnswerFacts {
  readonly status: number;
  readonly header: (name: string) => string | null;
  /** Its beginning. */
  readonly text: string;
  readonly title: string;
  readonly isHtml: boolean;
  readonly wordPress: WordPressError | null;
}

export interface Sign {
  readonly code: WooErrorCode;
  /** Added to the message: whose sign it is. */
  readonly detail?: string;
  /** Instead of the advice of the code. */
  readonly advice?: string;
}

const beginning = 20_000;

export function factsOf(
  answer: Pick<AnswerFacts, 'status' | 'header' | 'text'>,
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
  };
}

/** Bot protections and firewalls: by what they are known, and where an exemption is set. */
interface Protection {
  readonly name: string;
  /** In the text of a page or of a short answer. */
  readonly text?: RegExp;
  /** A header that only it sends, and what is in it. */
  readonly header?: readonly [string, RegExp];
  readonly where: string;
}

/** In the order in which they are looked for. */
export const PROTECTIONS: readonly Protection[] = [
  {
    name: 'SiteGround',
    text: /sgcaptcha|\.well-known\/captcha/i,
    header: ['sg-captcha', /./],
    where: 'ask SiteGround’s support to exempt our user agent from its anti-bot system',
  },
  {
    name: 'Cloudflare',
    text: /cf[-_]chl|challenge-platform|cdn-cgi\/challenge|attention required! \| cloudflare|error code: 10\d\d/i,
    header: ['cf-mitigated', /./],
    where:
      'add a WAF rule in Cloudflare that skips /wp-json/wc/ (Bot Fight Mode cannot be skipped: turn it off)',
  },
  {
    name: 'Imunify360',
    text: /imunify360|wsidchk/i,
    where: 'have the host put our address on Imunify360’s white list',
  },
  {
    name: 'InfinityFree or byethost',
    text: /["'/]aes\.js\b|__test=/i,
    where: 'this free hosting lets browsers in only: move the store to another host',
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
    text: /sucuri (?:website )?firewall|sucuri cloudproxy|sucuri\.net/i,
    header: ['x-sucuri-block', /./],
    where: 'allow /wp-json/wc/ under Sucuri → Access Control',
  },
  {
    name: 'Imperva',
    text: /_incapsula_resource|incapsula incident/i,
    where: 'allow our user agent in Imperva’s bot settings',
  },
  {
    name: 'DDoS-Guard',
    text: /ddos-guard/i,
    where: 'exempt /wp-json/ in DDoS-Guard',
  },
  {
    name: 'AWS WAF',
    text: /awswaf|aws-waf-token/i,
    header: ['x-amzn-waf-action', /./],
    where: 'exempt /wp-json/wc/ in the rules of AWS WAF',
  },
  {
    name: 'Akamai',
    text: /errors\.edgesuite\.net|akamai/i,
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

/** What challenge pages have in common, whoever sends them. */
const challengeTitle =
  /just a moment|one moment|captcha|robot|are you human|human verification|attention required|security check|checking your browser|verifying|ddos|bot protection|access verification/i;

/** A page without anything of WordPress that has the title of a challenge, or does nothing but run a script. */
function isChallenge(facts: AnswerFacts): boolean {
  const { isHtml, text, title, header } = facts;
  if (!isHtml || /api\.w\.org|wp-content|wp-includes/i.test(text + (header('link') ?? '')))
    return false;
  if (challengeTitle.test(title)) return true;
  if (!isSmall(facts) || !/<script\b/i.test(text)) return false;
  return /<noscript\b|document\.cookie|location\.(?:reload|href|replace)/i.test(text);
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
    // A shop may write of a firewall on its home page: its name counts in refusals and small pages only.
    return text?.test(words) === true && (facts.status >= 400 || isSmall(facts));
  });
  if (!found) return isChallenge(facts) ? { code: 'captcha' } : null;
  const advice = `${found.where.charAt(0).toUpperCase()}${found.where.slice(1)} (user agent "MantisSync").`;
  const isChallengeOf = isNamedBy(found) || !isBlock(facts);
  return { code: isChallengeOf ? 'captcha' : 'rest_blocked', detail: found.name, advice };
}

/** A flat no, which lasts until a person changes a rule; anything else may pass with time. */
function isBlock({ status, isHtml, text }: AnswerFacts): boolean {
  return [401, 403, 405, 406].includes(status) && !(isHtml && /<script\b/i.test(text));
}

const databaseDown =
  /error (?:re)?(?:establishing|connecting to)(?: a| the)? database|too many connections|mysql server has gone away|can(?:'|’|&#0?39;)t connect to (?:local )?(?:mysql|mariadb)|wpdb_connect|db-error/i;
const maintenance =
  /scheduled maintenance|maintenance mode|under maintenance|briefly unavailable|wartungs(?:modus|arbeiten)|en maintenance|mantenimiento/i;

/** Codes of plugins that take the keys for a login of their own. */
const loginPlugin =
  /^(?:invalid_username|invalid_email|incorrect_password|empty_username|empty_password|jwt_auth_|\[jwt_auth\]|rest_authentication_failed|application_passwords?_|invalid_application_password|mo_|miniorange|unauthorized_?access)/i;

/**
 * Signs of what stands in the way, most certain first. What is not in this table is told by its status
 * and by the codes of WordPress (`classify-answer.ts`).
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
  protectionOf,
  ({ status, wordPress, text, title, isHtml }) => {
    const words = wordPress?.message ?? (isHtml ? `${title} ${text}` : text);
    const isClosed = wordPress?.code === 'wp_die' && status === 503;
    const mayBe = status === 503 || (status < 300 && isHtml);
    return isClosed || (mayBe && maintenance.test(words)) ? { code: 'maintenance' } : null;
  },
  ({ status, wordPress }) =>
    status >= 500 && wordPress?.code === 'wp_die' ? { code: 'store_unavailable' } : null,
  ({ wordPress, status }) =>
    wordPress && status < 500 && loginPlugin.test(wordPress.code)
      ? { code: 'login_plugin', detail: wordPress.code.slice(0, 60) }
      : null,
  ({ status, wordPress, header }) =>
    status === 401 &&
    !wordPress &&
    /^\s*(?:basic|digest|negotiate|ntlm)\b/i.test(header('www-authenticate') ?? '')
      ? { code: 'web_login' }
      : null,
  ({ status, text }) =>
    status === 400 &&
    /plain http request was sent to https port|speaking plain HTTP to an SSL/i.test(text)
      ? { code: 'https_port' }
      : null,
];

/** The first sign that an answer shows, or null. */
export function findSign(facts: AnswerFacts): Sign | null {
  for (const sign of SIGNS) {
    const found = sign(facts);
    if (found) return found;
  }
  return null;
}
