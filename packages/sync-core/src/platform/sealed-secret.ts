/** An encrypted secret and the id of its key. */
export interface SealedSecret {
  keyId: string;
  /** IV, tag and ciphertext, in this order. */
  cipher: Buffer;
}
