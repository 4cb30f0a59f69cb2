/** What anybody may read. */
const openLabels = /^((X509|TRUSTED) )?(CERTIFICATE|CRL)$|^((RSA|EC|DSA) )?PUBLIC KEY$|^PKCS7$/;

/** Whether a PEM text holds certificates (or their like: public keys, revocation lists) and nothing else. */
export function holdsOnlyCertificates(text: string): boolean {
  const labels = [...text.matchAll(/-----BEGIN ([^-\r\n]+)-----/g)].map(([, label = ""]) => label);
  return labels.length > 0 && labels.every((label) => openLabels.test(label));
}
