/** Where a store sends its deliveries, below the address by which stores reach us. */
export function deliveryUrlOf(webhookUrl: string, storeId: string): string {
  return `${webhookUrl}/webhooks/woocommerce/${storeId}`;
}

/**
 * The address by which stores reach us, or null where none can: WooCommerce sends to public https
 * addresses, unless a developer's store was told otherwise.
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
