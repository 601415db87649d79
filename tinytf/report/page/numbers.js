// Numbers as texts: short ones in the cells, four significant digits in the arithmetic.

const MINUS = "\u2212"; // wider than a hyphen, and read out as "minus"

const withMinus = (text) => text.replaceAll("-", MINUS);

// At most seven characters, three decimals where they fit. 0 is exactly zero: whatever is smaller
// than three decimals can show is written with an exponent, so that 2e-5 never looks like 0.
function shortNumber(x) {
  if (x === 0) return "0";
  if (Number.isNaN(x)) return "NaN";
  const size = Math.abs(x);
  if (size === Infinity) return x < 0 ? `${MINUS}∞` : "∞";
  if (size < 0.0005 || size >= 9999.5) return withMinus(x.toExponential(0).replace("e+", "e"));
  const decimals = size < 9.9995 ? 3 : size < 99.995 ? 2 : size < 999.95 ? 1 : 0;
  return withMinus(x.toFixed(decimals));
}

// Four significant digits, without the zeros at the end.
function fourDigits(x) {
  if (!Number.isFinite(x)) return shortNumber(x);
  const [digits, exponent] = x.toPrecision(4).split("e");
  const plain = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
  if (exponent !== undefined) return withMinus(`${plain}e${exponent.replace("+", "")}`);
  const size = Math.abs(x);
  if (size > 0 && size < 0.001) return fourDigitsWithExponent(x);
  return withMinus(plain);
}

// The same with its zeros, for numbers that stand beside each other: 7.500 and 7.177.
function wholeFourDigits(x) {
  const size = Math.abs(x);
  return size >= 0.001 && size < 9999.5 ? withMinus(x.toPrecision(4)) : fourDigits(x);
}

function fourDigitsWithExponent(x) {
  const [digits, exponent] = x.toExponential(3).split("e");
  return withMinus(`${digits.replace(/\.?0+$/, "")}e${exponent.replace("+", "")}`);
}

// Writes numbers into one line of arithmetic and remembers whether any of them was rounded.
class Pen {
  constructor() {
    this.rounded = false;
  }

  number(x, single = false) {
    const text = fourDigits(x);
    const back = Number(text.replaceAll(MINUS, "-"));
    const same = single ? Math.fround(back) === Math.fround(x) : back === x;
    if (!same && Number.isFinite(x)) this.rounded = true;
    return text;
  }

  // A negative number stands in brackets inside a product or a sum.
  factor(x, single = false) {
    const text = this.number(x, single);
    return text.startsWith(MINUS) ? `(${text})` : text;
  }
}
