/** Labels of what anybody may read. */
const openLabels = /^((X509|TRUSTED) )?(CERTIFICATE|CRL)$|^((RSA|EC|DSA) )?PUBLIC KEY$|^PKCS7$/;

/** Whether a PEM text contains only certificates or the like: public keys, revocation lists. */
export function holdsOnlyCertificates(text: string): boolean {
  const labels = [...text.matchAll(/-----BEGIN ([^-\r\n]+)-----/g)].map(([, label = ""]) => label);
  return labels.length > 0 && labels.every((label) => openLabels.test(label));
}
