/**
 * What the demo changes in the environment: its simulated store is allowed beside the hosts that are
 * allowed already, and webhooks come to this process unless another address is set.
 */
export function demoVariables(
  variables: Record<string, string | undefined>,
  { storeUrl, publicUrl }: { storeUrl: string; publicUrl: string },
): { MANTIS_ALLOW_STORE_HOSTS: string; MANTIS_WEBHOOK_URL: string } {
  const allowed = [variables['MANTIS_ALLOW_STORE_HOSTS'], new URL(storeUrl).host].filter(Boolean);
  return {
    MANTIS_ALLOW_STORE_HOSTS: allowed.join(','),
    MANTIS_WEBHOOK_URL: variables['MANTIS_WEBHOOK_URL'] || publicUrl,
  };
}
