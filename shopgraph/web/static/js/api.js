// Asking the service.
const KEY = "shopgraph.key";
const photos = new Map();
let askForKey = null;

/** What the service refused, in its one form of an error. */
export class ApiError extends Error {
  constructor(status, content) {
    super(content.message);
    Object.assign(this, { status, code: content.code, hint: content.hint, where: content.where, requestId: content.request_id });
  }

  /** Whether this service does not have the address at all. */
  get absent() {
    return this.status === 405 || (this.status === 404 && this.code === "not_found");
  }
}

/** Say what shows the dialog for a key; it gives a promise of whether a key was entered. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

export function key() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function setKey(value) {
  if (value) sessionStorage.setItem(KEY, value);
  else sessionStorage.removeItem(KEY);
  photos.clear();
}

function headers() {
  return key() ? { Authorization: `Bearer ${key()}` } : {};
}

async function request(method, path, { body, signal } = {}) {
  const own = headers();
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) own["Content-Type"] = "application/json";
  const content = body === undefined || isForm ? body : JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(path, { method, headers: own, body: content, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, { code: "no_answer", message: "", hint: null, where: null, request_id: "" });
  }
  if (answer.ok) return answer;
  let told = { code: "error", message: `HTTP ${answer.status}`, request_id: answer.headers.get("x-request-id") ?? "" };
  try {
    told = (await answer.json()).error ?? told;
  } catch {
    // not in the form of an error: a proxy answered
  }
  if (answer.status === 401 && askForKey && (await askForKey())) return request(method, path, { body, signal });
  throw new ApiError(answer.status, told);
}

/** Ask, and give the answer's JSON. */
export async function call(method, path, options = {}) {
  const answer = await request(method, path, options);
  return answer.status === 204 ? null : answer.json();
}

export const get = (path, options) => call("GET", path, options);
export const post = (path, body, options) => call("POST", path, { ...options, body });

/** Write an address with parts that may hold anything. */
export function address(parts, ...values) {
  return String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)));
}

/** Give the address of a photo as a picture may have it; with a key it is fetched, for pictures cannot show one. */
export function photoAddress(path) {
  if (!key()) return Promise.resolve(path);
  if (!photos.has(path)) {
    photos.set(path, request("GET", path).then((answer) => answer.blob()).then((blob) => URL.createObjectURL(blob)));
  }
  return photos.get(path);
}

/** Give a document that the service wrote; it is read, not run. */
export function getDocument(path) {
  return new Promise((resolve, reject) => {
    const asking = new XMLHttpRequest();
    asking.open("GET", path);
    asking.responseType = "document";
    for (const [name, value] of Object.entries(headers())) asking.setRequestHeader(name, value);
    asking.onload = async () => {
      if (asking.status === 200) return resolve(asking.response);
      try {
        await request("GET", path); // again, for the error's form and the dialog
        resolve(await getDocument(path));
      } catch (error) {
        reject(error);
      }
    };
    asking.onerror = () => reject(new ApiError(0, { code: "no_answer", message: "", request_id: "" }));
    asking.send();
  });
}
