"use strict";
// Arrow keys and clickers go from place to place; everything else a page does by itself.
(() => {
  const steps = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  const places = [document.querySelector("header"), ...document.querySelectorAll(".place")];

  document.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // The place at the top of the screen; a pixel of tolerance, for zoomed pages.
    const tops = places.map((place) => place.getBoundingClientRect().top);
    const beyond = step > 0
      ? tops.findIndex((top) => top > 2)
      : tops.findLastIndex((top) => top < -2);
    if (beyond < 0) return;
    event.preventDefault();
    places[beyond].scrollIntoView({ block: "start" });
  });
})();
