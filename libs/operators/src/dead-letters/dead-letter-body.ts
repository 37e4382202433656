import type { DeadLetterWithResends } from '#store';

/** What is shown of a body. Only records that could not be read are larger: a post that large is not kept whole. */
export const SHOWN_BODY_BYTES = 64 * 1024;

/** A body as it is shown: as text if it is UTF-8, in base64 otherwise. */
export type ShownBody = (
  | { readonly body: string; readonly bodyBase64?: never }
  | { readonly bodyBase64: string; readonly body?: never }
) & {
  /** The size of the whole body as it came. */
  readonly bodyBytes: number;
  /** Whether only its beginning is shown. */
  readonly bodyTruncated: boolean;
};

/** Reads what is shown of a letter's body; a character that its end cuts off is left out. */
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

/** Whether all of the body is kept, so that it can be judged again. */
export function isWhole({ keptBytes, bodyBytes, bodyBase64 }: DeadLetterWithResends): boolean {
  return keptBytes === bodyBytes && Buffer.byteLength(bodyBase64, 'base64') === bodyBytes;
}
