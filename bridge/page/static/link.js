// The connection to the daemon: asks, listens, and comes back by itself.
import { ClockOffset } from "./clock.js";
import { CLOCK, decodeClock, encodeClock, kindOf } from "./messages.js";

const PAUSES_MS = [500, 1000, 2000, 4000];
const CLOCK_MS = 2000;
const ANSWER_MS = 30000;

/**
 * @typedef {object} Answer
 * @property {boolean} ok
 * @property {string} sentence
 * @property {any} data
 */

/** @typedef {"connecting" | "open" | "lost" | "refused"} State */

/** Talks with one daemon. */
export class Link {
  /**
   * @param {string} token
   * @param {boolean} pictures False if the page shows no camera pictures.
   */
  constructor(token, pictures) {
    this.token = token;
    this._pictures = pictures ? "" : "&picture=0";
    this.clock = new ClockOffset();
    /** @type {State} */
    this.state = "connecting";
    this.retries = 0;
    /** @type {string[]} */
    this.errors = [];
    this._next = 1;
    this._opened = false;
    /** @type {WebSocket | null} */
    this._socket = null;
    /** @type {Map<number, {resolve: (answer: Answer) => void, timer: number}>} */
    this._asked = new Map();
    /** @type {Map<string, ((message: any) => void)[]>} */
    this._told = new Map();
    /** @type {Map<number, (data: ArrayBuffer) => void>} */
    this._bytes = new Map();
    setInterval(() => this._askTime(), CLOCK_MS);
  }

  /**
   * Call a function with each text message of a type. `state` is our own.
   * @param {string} type
   * @param {(message: any) => void} hear
   */
  on(type, hear) {
    this._told.set(type, (this._told.get(type) || []).concat(hear));
  }

  /**
   * Call a function with each binary message of a kind.
   * @param {number} kind
   * @param {(data: ArrayBuffer) => void} hear
   */
  onBytes(kind, hear) {
    this._bytes.set(kind, hear);
  }

  /** Connect, and connect again whenever the connection is lost. */
  connect() {
    if (!this.token) {
      this._become("refused");
      return;
    }
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws?token=${encodeURIComponent(this.token)}${this._pictures}`);
    socket.binaryType = "arraybuffer";
    this._socket = socket;
    this._opened = false;
    socket.onopen = () => {
      this._opened = true;
      this.retries = 0;
      this.clock.forget();
      this._become("open");
      this._askTime();
    };
    socket.onmessage = (event) => this._receive(event.data);
    socket.onclose = () => this._closed();
  }

  /**
   * Ask the daemon to do something. The answer always comes: it says so if it failed.
   * @param {string} verb
   * @param {Object<string, any>} [args]
   * @returns {Promise<Answer>}
   */
  ask(verb, args) {
    if (this.state !== "open" || !this._socket) {
      return Promise.resolve({ ok: false, sentence: "facewire is not connected", data: {} });
    }
    const id = this._next;
    this._next += 1;
    const socket = this._socket;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this._answer(id, {
        ok: false, sentence: `facewire did not answer within ${ANSWER_MS / 1000} seconds`, data: {},
      }), ANSWER_MS);
      this._asked.set(id, { resolve, timer });
      socket.send(JSON.stringify({ id, do: verb, arguments: args || {} }));
    });
  }

  /**
   * Send bytes. False if the connection is not open.
   * @param {ArrayBuffer} data
   */
  send(data) {
    if (this.state !== "open" || !this._socket) return false;
    this._socket.send(data);
    return true;
  }

  /** Bytes that wait to be sent. */
  get waiting() {
    return this._socket ? this._socket.bufferedAmount : 0;
  }

  /** @param {string | ArrayBuffer} data */
  _receive(data) {
    try {
      if (typeof data === "string") this._hear(JSON.parse(data));
      else if (kindOf(data) === CLOCK) {
        const { pageMs, daemonMs } = decodeClock(data);
        this.clock.add(pageMs, daemonMs, performance.now());
      } else {
        const hear = this._bytes.get(kindOf(data));
        if (hear) hear(data);
      }
    } catch (error) {
      this.note(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {any} message */
  _hear(message) {
    if (message.type === "answer") {
      this._answer(message.id, { ok: message.ok, sentence: message.sentence, data: message.data || {} });
      return;
    }
    for (const hear of this._told.get(message.type) || []) hear(message);
  }

  /**
   * @param {number} id
   * @param {Answer} answer
   */
  _answer(id, answer) {
    const asked = this._asked.get(id);
    if (!asked) return;
    this._asked.delete(id);
    clearTimeout(asked.timer);
    asked.resolve(answer);
  }

  _closed() {
    this._socket = null;
    for (const id of Array.from(this._asked.keys())) {
      this._answer(id, { ok: false, sentence: "the connection was lost", data: {} });
    }
    const pause = PAUSES_MS[Math.min(this.retries, PAUSES_MS.length - 1)];
    this.retries += 1;
    const refused = this._opened ? Promise.resolve(false) : this._refused();
    this._become("lost");
    refused.then((is) => {
      if (is) this._become("refused");
      else setTimeout(() => this.connect(), pause);
    });
  }

  /** Ask whether the token is wrong: a browser does not tell why a WebSocket failed. */
  async _refused() {
    try {
      const reply = await fetch("/character/0.glb", { headers: { Authorization: `Bearer ${this.token}` } });
      return reply.status === 403;
    } catch (error) {
      return false;
    }
  }

  _askTime() {
    if (this.state === "open") this.send(encodeClock(performance.now()));
  }

  /** @param {State} state */
  _become(state) {
    this.state = state;
    this._hear({ type: "state", state });
  }

  /**
   * Keep what went wrong on the page, for tests and the console.
   * @param {string} error
   */
  note(error) {
    if (this.errors.length < 100) this.errors.push(error);
    console.warn(`facewire: ${error}`);
  }
}
