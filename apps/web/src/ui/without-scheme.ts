/** `shop.example.com/eu`, of `https://shop.example.com/eu` */
export const withoutScheme = (url: string): string => url.replace(/^https?:\/\//, '');
