/** A secret as it is stored: which key sealed it, and the sealed bytes. */
export interface SealedSecret {
  keyId: string;
  /** IV, tag and ciphertext, in this order. */
  cipher: Buffer;
}
