/**
 * One POST over XMLHttpRequest, the only browser transport that reports upload progress and also gives access to the
 * response while it arrives.
 */
export interface Answer {
  status: number;
  header: (name: string) => string | null;
  text: string;
}

export interface TransportListener {
  onUpload: (fraction: number) => void;
  /** More has arrived; `text` reads all of it so far, which costs as much as it is long. */
  onDownload: (bytes: number, text: () => string, isEventStream: boolean) => void;
}

/** The request never left, or its connection broke. */
export class ConnectionError extends Error {
  constructor(readonly sent: boolean) {
    super(sent ? 'connection lost' : 'not reachable');
  }
}

export const isEventStream = (contentType: string | null): boolean =>
  contentType?.startsWith('text/event-stream') ?? false;

/** Throws ConnectionError, or the reason of `signal`; aborting closes the connection. */
export function post(
  url: string,
  body: FormData,
  headers: Record<string, string>,
  listener: TransportListener,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let sent = false;
    const abort = () => request.abort();
    const header = (name: string) => request.getResponseHeader(name);
    request.open('POST', url);
    request.setRequestHeader('Accept', 'text/event-stream');
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => {
      sent ||= loaded > 0;
      listener.onUpload(total > 0 ? Math.min(1, loaded / total) : 0);
    };
    request.onprogress = ({ loaded }) =>
      listener.onDownload(loaded, () => request.responseText, isEventStream(header('content-type')));
    request.onload = () => resolve({ status: request.status, header, text: request.responseText });
    request.onerror = () => reject(new ConnectionError(sent));
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', abort);
    request.send(body);
  });
}
