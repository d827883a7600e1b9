// What is asked of the server; a refusal is an error with the problem's words.

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail || problem.title || "The service refused this.");
    this.status = problem.status;
    this.item = problem.item;
  }
}

const KEY = "xnorm-token";

async function call(path, options = {}) {
  const headers = { ...options.headers };
  const token = sessionStorage.getItem(KEY);
  if (token) headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch {
    throw new Refused({ status: 0, detail: "The service does not answer. Nothing was stored." });
  }
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({ status: answer.status }));
  throw new Refused(problem);
}

function query(path, values) {
  return `${path}?${new URLSearchParams(values)}`;
}

function send(path, body) {
  const headers = { "Content-Type": "application/json" };
  return call(path, { method: "POST", headers, body: JSON.stringify(body) });
}

export const keepToken = (token) => sessionStorage.setItem(KEY, token);
export const session = () => call("/review/session");
export const queue = (values) => call(query("/review/queue", values));
export const openDocument = (number) => call(`/review/documents/${number}`);
export const openMention = (number) => call(`/review/mentions/${number}`);
export const changes = (since) => call(query("/review/changes", { since }));
export const progress = () => call("/review/progress");
export const place = (id) => call(query("/review/place", { id }));
export const search = (q, lang) => call(query("/v1/search", { q, lang, k: 12 }));
export const act = (number, what) => send(`/review/mentions/${number}`, what);
export const add = (number, what) => send(`/review/documents/${number}/mentions`, what);
export const undo = (reviewer) => send("/review/undo", { reviewer });
