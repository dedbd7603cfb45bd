// What the page's address says.

const KEPT = "facewire-token";

/**
 * Return the token, and take it out of the address, so that nobody reads it there or
 * shares it by accident. A view without buttons keeps it: OBS loads the address again.
 * @param {boolean} keeps
 */
export function token(keeps) {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEPT, given);
    if (!keeps) history.replaceState(null, "", location.pathname + location.search);
    return given;
  }
  return sessionStorage.getItem(KEPT) || "";
}

/** Return what is asked for after the `?`. */
export function view() {
  const asked = new URLSearchParams(location.search);
  const face = Number(asked.get("face") || 1);
  return {
    stage: asked.get("view") === "stage",
    frame: asked.get("frame") === "bust" ? "bust" : "head",
    /** Place of the face, from 0; people count from 1. */
    face: Number.isInteger(face) && face >= 1 && face <= 256 ? face - 1 : 0,
  };
}
