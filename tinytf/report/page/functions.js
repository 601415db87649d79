// The functions of one number that a transformer uses, with their slopes, to double precision.

// The error function's complement, 1 - erf(x): a series near 0, a continued fraction further out.
// Accurate relative to the result, however small that is: the tail of GELU needs it.
function erfc(x) {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let power = x;
    let sum = x;
    for (let n = 1; n < 60; n += 1) {
      power *= (-x * x) / n;
      sum += power / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 80; n > 0; n -= 1) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const normalCdf = (x) => erfc(-x / Math.SQRT2) / 2;
const normalDensity = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

// GELU's "tanh" form: x * sigmoid(2 u) with u = sqrt(2/pi) (x + 0.044715 x^3).
const GELU_ROOT = Math.sqrt(2 / Math.PI);
const geluInner = (x) => GELU_ROOT * (x + 0.044715 * x ** 3);
const geluInnerSlope = (x) => GELU_ROOT * (1 + 3 * 0.044715 * x ** 2);

// value, slope, and the same in words with the number in place of x.
const FUNCTIONS = {
  relu: {
    value: (x) => Math.max(x, 0),
    slope: (x) => (x > 0 ? 1 : 0),
    words: (x) => `max(0, ${x})`,
    slopeWords: (x) => `step(${x})`,
  },
  gelu: {
    value: (x) => x * normalCdf(x),
    slope: (x) => normalCdf(x) + x * normalDensity(x),
    words: (x) => `${x} × Φ(${x})`,
    slopeWords: (x) => `(Φ(${x}) + ${x} × φ(${x}))`,
  },
  gelu_tanh: {
    value: (x) => x * sigmoid(2 * geluInner(x)),
    slope: (x) => {
      const s = sigmoid(2 * geluInner(x));
      return s + x * s * (1 - s) * 2 * geluInnerSlope(x);
    },
    words: (x) => `gelu_tanh(${x})`,
    slopeWords: (x) => `gelu_tanh′(${x})`,
  },
  silu: {
    value: (x) => x * sigmoid(x),
    slope: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    words: (x) => `${x} × σ(${x})`,
    slopeWords: (x) => `(σ(${x}) × (1 + ${x} × (1 ${MINUS} σ(${x}))))`,
  },
  tanh: {
    value: Math.tanh,
    slope: (x) => 1 - Math.tanh(x) ** 2,
    words: (x) => `tanh(${x})`,
    slopeWords: (x) => `(1 ${MINUS} tanh(${x})²)`,
  },
  exp: {
    value: Math.exp,
    slope: Math.exp,
    words: (x) => `exp(${x})`,
    slopeWords: (x) => `exp(${x})`,
  },
  log: {
    value: Math.log,
    slope: (x) => 1 / x,
    words: (x) => `log(${x})`,
    slopeWords: (x) => `(1 ÷ ${x})`,
  },
  rsqrt: {
    value: (x, eps) => 1 / Math.sqrt(x + eps),
    slope: (x, eps) => -0.5 * (x + eps) ** -1.5,
    words: (x, eps) => `1 ÷ √(${x} + ${eps})`,
    slopeWords: (x, eps) => `(${MINUS}0.5 × (${x} + ${eps})^(${MINUS}1.5))`,
  },
  square: {
    value: (x) => x * x,
    slope: (x) => 2 * x,
    words: (x) => `${x}²`,
    slopeWords: (x) => `(2 × ${x})`,
  },
};

// How much f may move when x is rounded to 32 bits, as a multiple of the rounding: |x f'(x)|, the
// slope taken over a short way (an exact formula for every second slope would teach nothing).
function sensitivity(f, x) {
  const way = Math.max(Math.abs(x), 1e-30) * 1e-5;
  const moved = Math.abs(f(x + way) - f(x - way)) / (2 * way);
  return Number.isFinite(moved) ? Math.abs(x) * moved : 0;
}
