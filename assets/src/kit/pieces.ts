// A large file goes ahead of its form in pieces (tus), so that a cut costs one piece and not the file.
// With fetch beneath, so that the service worker can go on with it too.

import { type DetailedError, type HttpRequest, type HttpResponse, type HttpStack, Upload } from "tus-js-client";

/** Smaller files travel inside the form: two more questions would take longer than sending them anew. */
export const LEAST = 1024 * 1024;
const PIECE = 1024 * 1024;
const LARGE = 64 * 1024 * 1024;

export interface Told {
  /** Where it is, once the server has made room; goes on there after a cut. */
  begun(url: string): void;
  progress(share: number): void;
}
/** It is there; or the server's refusal; or null: no answer. */
export type Sent = { url: string } | { status: number; body: Record<string, unknown> } | null;

class Asked implements HttpRequest {
  private readonly headers = new Map<string, string>();
  private readonly stop = new AbortController();
  constructor(
    private readonly method: string,
    private readonly url: string,
  ) {}
  getMethod = (): string => this.method;
  getURL = (): string => this.url;
  setHeader = (name: string, value: string): void => void this.headers.set(name, value);
  getHeader = (name: string): string | undefined => this.headers.get(name);
  setProgressHandler = (): void => undefined;
  getUnderlyingObject = (): AbortController => this.stop;
  async abort(): Promise<void> {
    this.stop.abort();
  }
  async send(body: BodyInit | null = null): Promise<HttpResponse> {
    const { method, stop } = this;
    const headers = Object.fromEntries(this.headers);
    const answer = await fetch(this.url, { method, headers, body, signal: stop.signal, credentials: "same-origin" });
    const text = await answer.text();
    return {
      getStatus: () => answer.status,
      getHeader: (name) => answer.headers.get(name) ?? undefined,
      getBody: () => text,
      getUnderlyingObject: () => answer,
    };
  }
}

const stack: HttpStack = { createRequest: (method, url) => new Asked(method, url), getName: () => "fetch" };

/** Send one file, going on at `before` where an upload of it was cut off. */
export function sendFile(
  file: Blob,
  name: string,
  type: string,
  before: string | undefined,
  headers: Record<string, string>,
  told: Told,
): Promise<Sent> {
  return new Promise((resolve) => {
    const upload: Upload = new Upload(file, {
      endpoint: "/media/uploads",
      uploadUrl: before ?? null,
      chunkSize: file.size > LARGE ? 8 * PIECE : PIECE,
      metadata: { filename: name, filetype: type },
      headers: { Accept: "application/json", ...headers },
      httpStack: stack,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => told.begun(new URL(upload.url!, location.href).pathname),
      onProgress: (sent, all) => told.progress(sent / all),
      onSuccess: () => resolve({ url: new URL(upload.url!, location.href).pathname }),
      onError: (error) => resolve(read(error)),
    });
    upload.start();
  });
}

function read(error: Error | DetailedError): Sent {
  const answer = "originalResponse" in error ? error.originalResponse : null;
  if (!answer || !answer.getStatus()) return null;
  try {
    return { status: answer.getStatus(), body: JSON.parse(answer.getBody()) as Record<string, unknown> };
  } catch {
    return { status: answer.getStatus(), body: {} };
  }
}
