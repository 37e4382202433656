import type { DeadLetterWithResends } from '#store';

/** How much of a body is shown. Only unreadable records are larger: posts of that size are not stored in full. */
export const SHOWN_BODY_BYTES = 64 * 1024;

/** A body for display: as text if it is UTF-8, otherwise in base64. */
export type ShownBody = (
  | { readonly body: string; readonly bodyBase64?: never }
  | { readonly bodyBase64: string; readonly body?: never }
) & {
  /** The size of the whole body as received. */
  readonly bodyBytes: number;
  /** Whether only its beginning is shown. */
  readonly bodyTruncated: boolean;
};

/** The displayed part of a body; a character that is cut off at its end is dropped. */
export function shownBody({ bodyBase64, bodyBytes }: DeadLetterWithResends): ShownBody {
  const bytes = Buffer.from(bodyBase64, 'base64');
  const size = { bodyBytes, bodyTruncated: bytes.length < bodyBytes };
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { body: decoder.decode(bytes, { stream: size.bodyTruncated }), ...size };
  } catch {
    return { bodyBase64, ...size };
  }
}

/** Whether the whole body is stored, so that it can be validated again. */
export function isWhole({ keptBytes, bodyBytes, bodyBase64 }: DeadLetterWithResends): boolean {
  return keptBytes === bodyBytes && Buffer.byteLength(bodyBase64, 'base64') === bodyBytes;
}
