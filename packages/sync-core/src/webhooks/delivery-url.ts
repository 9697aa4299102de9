/** The address for a store's deliveries, below the public address. */
export function deliveryUrlOf(webhookUrl: string, storeId: string): string {
  return `${webhookUrl}/webhooks/woocommerce/${storeId}`;
}

/**
 * The address at which stores reach us; null if they cannot. WooCommerce delivers to public https addresses,
 * unless a development store is configured otherwise.
 *
 * @param allowsPrivate stores on private networks are allowed too
 */
export function webhookUrlFrom(
  configured: string | undefined,
  publicUrl: string | undefined,
  allowsPrivate: boolean,
): string | null {
  const url = configured ?? publicUrl;
  if (url === undefined) return null;
  const { protocol, origin } = new URL(url);
  const isUsable = protocol === 'https:' || allowsPrivate;
  return isUsable ? origin : null;
}
