import type { z } from 'zod';

const MAX_ISSUES = 5;

/** The problems of a payload, for its organisation's activity: fields and rules, no values. */
export function describePayloadProblem({ issues }: z.ZodError): string {
  const texts = issues.slice(0, MAX_ISSUES).map(describeIssue);
  if (issues.length > MAX_ISSUES) texts.push(`and ${issues.length - MAX_ISSUES} more`);
  return `the payload is invalid: ${texts.join('; ')}.`;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  // Field names are chosen by the sender too: names that are not plain identifiers are not repeated.
  const message =
    issue.code === 'unrecognized_keys'
      ? `does not take ${issue.keys.map(plainName).join(', ')}`
      : issue.message;
  const place = issue.path.map((part) => plainName(String(part))).join('.');
  return place === '' ? message : `${place}: ${message}`;
}

function plainName(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : 'a field with an odd name';
}
