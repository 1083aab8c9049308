const BEARER = /^bearer +([\x21-\x7e]{1,200})$/i;
const BASIC = /^basic +([A-Za-z0-9+/]{1,400}={0,2})$/i;

/**
 * What a request shows to be let in: the token of `Bearer` (RFC 6750, section 2.1), or the password of
 * `Basic` (RFC 7617), which browsers ask a person for; the name beside it may be any.
 *
 * @param authorization The header's value, one byte a character.
 */
export function httpCredential(authorization: string | undefined): string | undefined {
  const bearer = BEARER.exec(authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  const basic = BASIC.exec(authorization ?? "")?.[1];
  if (basic === undefined) return undefined;
  try {
    const pair = atob(basic);
    const colon = pair.indexOf(":");
    return colon < 0 ? undefined : pair.slice(colon + 1);
  } catch {
    return undefined;
  }
}
