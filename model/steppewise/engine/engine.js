// The engine in the page: the built file (engine/engine.wasm) in a worker of its own, so that the page never waits.
// It is given the tables of engine/page_tables.py; its numbers are Python's, to the last bit.

// The least code that needs SIMD.
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
const NO_WORKER = "This browser does not let the page run the engine (it forbids it a worker).";

/**
 * Open the engine. `simd` and `plain` are the bytes of the two built files; the plain one runs where the browser has no
 * SIMD. `run(tables, { first, worlds, changes })` promises drawn and outcomes (number x world, Float64Array) and
 * observed (time x number x world, Float32Array). A change is [place, way, value]: way 0 replaces a parameter, 1
 * multiplies it; the value is a number, or one for each world. What fails is rejected with an Error that is a sentence.
 */
export async function openEngine({ simd, plain }) {
  if (typeof WebAssembly === "undefined" || typeof Worker === "undefined") {
    throw new Error("This browser cannot run the engine (it lacks WebAssembly). A browser of 2021 or newer can.");
  }
  const built = simd && WebAssembly.validate(new Uint8Array(SIMD)) ? simd : plain;
  const worker = workerOf(`${bytesOf}\n(${runInWorker})();`);
  const waiting = []; // the worker answers in the order of the questions
  const ask = (question) =>
    new Promise((done, failed) => {
      waiting.push({ done, failed });
      worker.postMessage(question);
    });
  worker.onmessage = ({ data: { found, words } }) => {
    const { done, failed } = waiting.shift();
    if (words) failed(new Error(words));
    else done(found);
  };
  worker.onerror = () => {
    for (const { failed } of waiting.splice(0)) failed(new Error(NO_WORKER));
  };
  try {
    const { width } = await ask({ built });
    return {
      width, // worlds side by side: 1 without SIMD
      run: (tables, { first = 0, worlds, changes = [] }) => ask({ tables, first, worlds, changes }),
      close: () => worker.terminate(),
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

function workerOf(text) {
  try {
    return new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  } catch {
    throw new Error(NO_WORKER);
  }
}

/** Bytes from their base64. */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** All that the worker does. It is handed over as text, with `bytesOf`, and knows nothing else of this file. */
function runInWorker() {
  const CHECK = 16; // characters at the end of a built file: the digest of all before them
  const ALIGNED = 64;
  const PAGE = 65536;
  let engine = null;

  self.onmessage = async ({ data }) => {
    try {
      const found = data.built ? await open(data.built) : run(data);
      self.postMessage({ found }, Object.values(found).flatMap(({ buffer }) => buffer ?? []));
    } catch (error) {
      const own = error.constructor === Error;
      self.postMessage({ words: own ? error.message : `This browser cannot run the engine (${error.message}).` });
    }
  };

  async function open(built) {
    const damaged = new Error("The engine in this page is damaged. Load or make the page anew.");
    if (!WebAssembly.validate(built) || (await isDamaged(built))) throw damaged;
    const module = new WebAssembly.Module(built);
    const [section] = WebAssembly.Module.customSections(module, "steppewise");
    if (!section) throw damaged;
    const [digest, width] = new TextDecoder().decode(section).split(" ");
    const { run: start, memory, __heap_base: heap } = new WebAssembly.Instance(module).exports;
    engine = { digest, width: Number(width), start, memory, base: aligned(heap.value) };
    return { width: engine.width };
  }

  /** Whether the check at the end is wrong; browsers compute no digests for a page of http, but networks do. */
  async function isDamaged(built) {
    if (!self.crypto?.subtle) return false;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", built.subarray(0, -CHECK)));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return new TextDecoder().decode(built.subarray(-CHECK)) !== hex.slice(0, CHECK);
  }

  function run({ tables, first, worlds, changes }) {
    const { digest, width, start, memory, base } = engine;
    if (tables.digest !== digest) throw new Error("The engine in this page is not that of its tables. Make it anew.");
    const padded = Math.ceil(worlds / width) * width; // whole groups; the worlds added are run and left out
    const numbers = Float64Array.from({ length: padded }, (_, i) => first + i);
    const targets = changes.flatMap(([place, way]) => [place, way]);
    const values = new Float64Array(changes.length * padded);
    changes.forEach(([, , value], i) => {
      const row = values.subarray(i * padded, (i + 1) * padded);
      if (typeof value === "number") row.fill(value);
      else row.set(value);
    });
    const { powers, states, events, year, quarter_of_year, quarters, cells, drawn, outcomes, observed } = tables;

    // Arrays stand one after the other above the engine's own memory.
    let end = base;
    const inputs = [];
    const room = (bytes) => {
      const at = end;
      end = aligned(end + bytes);
      return at;
    };
    const put = (array) => {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      const at = room(bytes.length);
      inputs.push([at, bytes]);
      return at;
    };
    const whole = (list) => put(Int32Array.from(list));
    const [keys, low, high] = [tables.keys, tables.low, tables.high].map(bytesOf);
    const [drawnAt, outcomesAt] = [drawn, outcomes].map(({ length }) => room(length * padded * 8));
    const observedAt = room(quarters * observed.length * padded * 4);

    // In the order of the list in engine/entry.h.
    const given = put(
      BigInt64Array.from(
        [
          ...[room(cells * width * 8), cells, whole(tables.on), whole(tables.rows), whole(tables.to)],
          ...[put(keys), put(low), put(high), low.length / 8],
          ...[changes.length, whole(targets), put(values), put(numbers), padded],
          ...[powers, states, events, year, quarter_of_year, quarters],
          ...[drawn.length, whole(drawn), drawnAt, outcomes.length, whole(outcomes), outcomesAt],
          ...[observed.length, whole(observed), observedAt],
        ],
        BigInt,
      ),
    );
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    const all = new Uint8Array(memory.buffer);
    for (const [at, bytes] of inputs) all.set(bytes, at);
    start(given);

    const taken = (Numbers, at, count) => {
      const found = new Numbers(count * worlds);
      const rows = new Numbers(memory.buffer, at, count * padded);
      for (let i = 0; i < count; i += 1) found.set(rows.subarray(i * padded, i * padded + worlds), i * worlds);
      return found;
    };
    return {
      drawn: taken(Float64Array, drawnAt, drawn.length),
      outcomes: taken(Float64Array, outcomesAt, outcomes.length),
      observed: taken(Float32Array, observedAt, quarters * observed.length),
    };
  }

  function aligned(bytes) {
    return Math.ceil(bytes / ALIGNED) * ALIGNED;
  }
}
