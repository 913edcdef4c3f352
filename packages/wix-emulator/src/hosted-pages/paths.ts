/** Addresses of the pages that no room outside of this one needs to know. */
export const SIGN_UP_PAGE = '/_hosted/sign-up';
export const VERIFY_PAGE = '/_hosted/verify';
export const FORGOT_PAGE = '/_hosted/forgot-password';
