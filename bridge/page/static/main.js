// Puts the page together: what arrives goes to what shows it.
import { Actions } from "./actions.js";
import { Adjust } from "./adjust.js";
import { CameraView } from "./camera.js";
import { Chart } from "./chart.js";
import { CurvesPanel } from "./curves.js";
import { byId, el, say, setText } from "./dom.js";
import { Faces } from "./faces.js";
import { Guide } from "./guide.js";
import { Health } from "./health.js";
import { Link } from "./link.js";
import { Live } from "./live.js";
import { MappingPanel } from "./mapping.js";
import { FRAME, PICTURE, POSTURE, decodeFrame, decodePosture } from "./messages.js";
import { Moods } from "./moods.js";
import { expose } from "./observed.js";
import { Painter } from "./painter.js";
import { Stage } from "./stage.js";
import { tabs } from "./tabs.js";
import { TakesPanel } from "./takes.js";
import { followTheme } from "./theme.js";
import { token, view } from "./token.js";
import { showProgress } from "./upload.js";

const asked = view();
const link = new Link(token(asked.stage), !asked.stage);
const live = new Live();
const painter = new Painter();
document.documentElement.classList.toggle("stage-only", asked.stage);
document.body.classList.toggle("stage-only", asked.stage);
const stage = new Stage(link, live, painter, asked);
expose(link, live, stage);

link.onBytes(POSTURE, (data) => {
  const posture = decodePosture(data);
  live.postures += 1;
  if (posture.face !== live.face) return;
  live.posture = posture;
  if (stage.view) stage.view.pose(posture);
});
link.on("character", (message) => stage.show(message));
link.on("hello", (message) => {
  live.hello = message;
  stage.forget();
  if (live.face) link.ask("watch", { face: live.face });
});

/** The take that is played on this page; empty for none. */
let playing = "";
live.watch(asked.face);
if (asked.stage) link.onBytes(FRAME, () => (live.frames += 1));
else wholePage();
link.connect();

function wholePage() {
  const chart = new Chart(live, painter);
  const curves = new CurvesPanel(live, painter, chart);
  const moods = new Moods(live);
  const camera = new CameraView(live, painter);
  const actions = new Actions(link, live);
  const adjust = new Adjust(link, live, actions);
  const health = new Health(live);
  const mapping = new MappingPanel(link);
  const takes = new TakesPanel(link);
  actions.recorded = () => takes.refresh();
  takes.changed = (file, video) => {
    playing = file;
    camera.played = Boolean(file);
    camera.dark();
    camera.explain(file ? (video ? "" : "This take has no video") : "");
    showConnection();
  };
  const guide = new Guide(link, live, actions.guide);
  const faces = new Faces((place) => {
    live.watch(place);
    adjust.clear();
    link.ask("watch", { face: place }).then((answer) => say(answer.sentence, answer.ok));
  });

  const panels = byId("panels");
  const shown = [
    { title: "Curves", panel: el("div", {}, chart.element, curves.key, curves.element, el("h2", { text: "Expressions" }), moods.element) },
    { title: "Adjust", panel: adjust.element },
    { title: "Character", panel: mapping.element },
    { title: "Takes", panel: takes.element },
    { title: "Health", panel: health.element },
  ];
  for (const { panel } of shown) {
    panel.classList.add("panel");
    panels.append(panel);
  }
  const redraw = () => {
    for (const drawn of [curves, chart, moods, camera]) painter.want(/** @type {any} */ (drawn));
  };
  tabs(byId("tabs"), shown, redraw)(0);
  followTheme(redraw);
  curves.showChosen();

  link.onBytes(FRAME, (data) => {
    if (!live.take(decodeFrame(data))) return;
    painter.want(curves);
    painter.want(chart);
    painter.want(moods);
  });
  link.onBytes(PICTURE, (data) => camera.take(data));
  link.on("character", (message) => {
    curves.showCharacter(message);
    mapping.showCharacter(message);
  });
  link.on("mapping", (message) => mapping.show(message));
  link.on("takes", (message) => takes.show(message));
  link.on("play", (message) => takes.showPlay(message));
  link.on("guide", (message) => guide.show(message));
  link.on("hello", (message) => {
    const allowed = message.allowed || {};
    if (allowed.picture === false) camera.explain("The camera picture is not sent to this browser.");
    actions.allow(allowed.control !== false);
    takes.refresh();
    faces.show(message.subjects || [], live.face);
  });
  link.on("status", (status) => {
    live.status = status;
    setText(byId("source"), status.source || "");
    if (!playing) camera.light((status.lamps || [])[live.face] || {});
    actions.show(status);
    adjust.show();
    health.show(status);
    moods.hold(((status.faces || [])[live.face] || {}).mood || "");
    showConnection();
  });
  link.on("progress", (message) => {
    showProgress(message.done ? "" : message.title, message.share || 0);
    if (message.done && message.sentence) say(message.sentence, message.ok !== false);
  });
  link.on("state", (message) => {
    showConnection();
    document.body.classList.toggle("away", message.state !== "open");
    if (message.state === "open") return;
    actions.forget();
    camera.dark();
    guide.hide();
    takes.hide();
    actions.allow(false);
  });
}

function showConnection() {
  const box = byId("connection");
  const images = live.status && live.status.rates ? live.status.rates.images : 0;
  box.className = link.state;
  setText(/** @type {Element} */ (box.lastChild), {
    connecting: "Connecting…",
    open: playing ? `Playing ${playing}` : images ? `Live, ${images.toFixed(0)} frames a second` : "Connected",
    lost: "No connection to facewire. Trying again…",
    refused: "Open the address that facewire printed: it has the key to this page",
  }[link.state]);
}
