/** Calls to the server's own interface; everything a person does goes through `post`. */

/** The server refused, or could not be reached; the message is a sentence for a person. */
export class ApiError extends Error {
  constructor(message, status, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** Ask for something; returns the answer's JSON. */
export function get(path, query = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  return call(`/ui/api/${path}${search.size ? `?${search}` : ""}`, {});
}

/** Do something as somebody: `who` is {team, user}. The header keeps other sites' forms out. */
export function post(path, who, body = {}) {
  return call(`/ui/api/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Playground": "1" },
    body: JSON.stringify({ ...who, ...body }),
  });
}

async function call(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new ApiError("The playground does not answer. Is it still running?", 0, {});
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new ApiError(
    body.error ?? `The playground answered with an error (${response.status}).`,
    response.status,
    body,
  );
}
