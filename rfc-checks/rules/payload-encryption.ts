import { ctr, gcm } from "@noble/ciphers/aes";
import { secp256k1 } from "@noble/curves/secp256k1";
import { hmac } from "@noble/hashes/hmac";
import { sha256 } from "@noble/hashes/sha2";
import { concatBytes } from "@noble/hashes/utils";

const nonceBytes = 12;
const pointBytes = 65;
const counterBytes = 16;
const macBytes = 32;

/**
 * AES-256-GCM: cipher text, tag of 16 bytes, then the nonce of 12 (26-PAYLOAD-05).
 * @param key 32 bytes
 */
export const encryptSymmetric = (plainText: Uint8Array, key: Uint8Array, nonce: Uint8Array): Uint8Array =>
  concatBytes(gcm(key, nonce).encrypt(plainText), nonce);

/** Undefined when it was not encrypted with this key. */
export function decryptSymmetric(data: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  try {
    return gcm(key, data.subarray(-nonceBytes)).decrypt(data.subarray(0, -nonceBytes));
  } catch {
    return undefined;
  }
}

/** The keys of both sides: the concatenation KDF of NIST SP 800-56 with SHA-256, of which 32 bytes are one round. */
function keysOf(privateKey: Uint8Array, publicKey: Uint8Array): { readonly encryption: Uint8Array; readonly mac: Uint8Array } {
  const shared = secp256k1.getSharedSecret(privateKey, publicKey).subarray(1);
  const derived = sha256(concatBytes(Uint8Array.of(0, 0, 0, 1), shared));
  return { encryption: derived.subarray(0, 16), mac: sha256(derived.subarray(16)) };
}

/**
 * ECIES on secp256k1: R, iv, cipher text, MAC (26-PAYLOAD-06).
 * @param publicKey of the receiver
 * @param ephemeralKey the private key that is used this once
 * @param iv 16 bytes
 */
export function encryptAsymmetric(plainText: Uint8Array, publicKey: Uint8Array, ephemeralKey: Uint8Array, iv: Uint8Array): Uint8Array {
  const { encryption, mac } = keysOf(ephemeralKey, publicKey);
  const sealed = concatBytes(iv, ctr(encryption, iv).encrypt(plainText));
  return concatBytes(secp256k1.getPublicKey(ephemeralKey, false), sealed, hmac(sha256, mac, sealed));
}

/** Undefined when it was not encrypted for this key. */
export function decryptAsymmetric(data: Uint8Array, privateKey: Uint8Array): Uint8Array | undefined {
  const sealed = data.subarray(pointBytes, -macBytes);
  if (sealed.length < counterBytes) return undefined;
  try {
    const { encryption, mac } = keysOf(privateKey, data.subarray(0, pointBytes));
    if (!Buffer.from(hmac(sha256, mac, sealed)).equals(data.subarray(-macBytes))) return undefined;
    return ctr(encryption, sealed.subarray(0, counterBytes)).decrypt(sealed.subarray(counterBytes));
  } catch {
    return undefined;
  }
}
