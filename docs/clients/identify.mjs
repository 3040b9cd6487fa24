// Name the dresses on pictures: TRUTHER_URL=… TRUTHER_TOKEN=… node identify.mjs PICTURE...
// The functions run in a page as well: `identify(url, token, input.files[0])`.

// Send a request, again as long as the server says that it is busy.
async function patiently(url, token, body, type, tries = 8) {
  const headers = { Authorization: `Token ${token}`, "Content-Type": type };
  for (let left = tries; ; left--) {
    const answer = await fetch(`${url}/api/v1/identify`, { method: "POST", headers, body });
    if (answer.ok) return answer.json();
    if (left === 1 || ![429, 503].includes(answer.status)) {
      throw new Error(`${answer.status}: ${await answer.text()}`);
    }
    const seconds = Number(answer.headers.get("Retry-After") ?? 2);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

// One picture, a Blob or File.
export function identify(url, token, picture) {
  return patiently(url, token, picture, picture.type || "image/jpeg");
}

// At most 100 pictures of 32 MB together: [[id, Blob], ...]; a result with a `detail` has no answer.
export async function identifyMany(url, token, pictures) {
  const items = await Promise.all(pictures.map(async ([id, blob]) => ({ id, image: await base64(blob) })));
  return (await patiently(url, token, JSON.stringify({ items }), "application/json")).results;
}

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

if (globalThis.process?.argv[1]?.endsWith("identify.mjs")) {
  const { readFile } = await import("node:fs/promises");
  const { TRUTHER_URL: url, TRUTHER_TOKEN: token } = process.env;
  const files = process.argv.slice(2);
  const pictures = await Promise.all(files.map(async (name) => [name, new Blob([await readFile(name)])]));
  const results = files.length === 1
    ? [await identify(url, token, pictures[0][1])]
    : await identifyMany(url, token, pictures);
  for (const result of results) console.log(JSON.stringify(result));
}
