// Colours of cells. Signed numbers: blue - white - orange, which all three kinds of
// colour-blindness keep apart (red and green they do not). Probabilities have a palette of their
// own, so that a pattern is never taken for a signed matrix.

const WHITE = [255, 255, 255];
const NEGATIVE = [33, 102, 172]; // #2166ac
const POSITIVE = [179, 88, 6]; // #b35806
const PROBABLE = [45, 0, 75]; // #2d004b

// White exactly at zero. A number that is not zero keeps at least this share of its colour: beside
// an exact 0, 2e-5 is seen to be something.
const LEAST_SHARE = 0.05;

function mixed(colour, share) {
  return WHITE.map((white, n) => Math.round(white + (colour[n] - white) * share));
}

function cellColour(value, range, kind) {
  if (value === 0 || Number.isNaN(value) || range === 0) return WHITE;
  const share = Math.min(Math.max(Math.abs(value) / range, LEAST_SHARE), 1);
  if (kind === "probability" && value > 0) return mixed(PROBABLE, share);
  return mixed(value < 0 ? NEGATIVE : POSITIVE, share);
}

const css = (colour) => `rgb(${colour.join(",")})`;

// Relative luminance as WCAG defines it, 0 (black) to 1 (white).
function luminance(colour) {
  const linear = colour.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

// Black or white, whichever is easier to read on the colour.
function inkOn(colour) {
  const light = luminance(colour);
  return 1.05 / (light + 0.05) > (light + 0.05) / 0.05 ? "white" : "black";
}

// The ends of a scale in words and the bar between them.
function drawScale(range, kind) {
  const probability = kind === "probability";
  const low = probability ? "0" : range === 0 ? "0" : `${MINUS}${shortNumber(range)}`;
  const high = probability ? shortNumber(range) : range === 0 ? "0" : `+${shortNumber(range)}`;
  return make(
    "div",
    { class: "scale", "aria-label": `colour scale from ${low} to ${high}`, role: "img" },
    make("span", { text: low }),
    make("span", { class: probability ? "bar probability" : "bar" }),
    make("span", { text: high }),
  );
}
