/** What takes the place of a secret. No rule matches it, so that masking twice changes nothing more. */
export const STARS = "***";
