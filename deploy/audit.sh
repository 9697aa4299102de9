#!/bin/sh
# Prints known advisories for the versions in the lockfile, or says that nothing was checked.
cd "$(dirname "$0")/.."
if report=$(npx -y pnpm@12 audit --audit-level high 2>&1); then
  printf '%s\n' "$report"
elif printf '%s' "$report" | grep -q 'vulnerabilities found'; then
  printf '%s\naudit: see above; docs/security.md says what to do\n' "$report"
else
  echo 'audit: NOTHING WAS CHECKED: the registry has no advisories endpoint, or did not answer'
fi
