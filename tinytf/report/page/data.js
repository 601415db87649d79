// The report's data: numbers are decoded when first asked for, and seen through a View.

// Characters that cannot be seen but change what is: controls, and those that turn the direction of
// the text around them, numbers and all. They are shown by their codes.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const code = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const seen = (key, value) => (typeof value === "string" ? value.replace(UNSEEN, code) : value);

const report = JSON.parse(byId("report").textContent, seen);

// A label inside a line: one in Hebrew or Arabic letters keeps its direction to itself.
const inLine = (label) => (/^[ -~]*$/.test(label) ? label : `\u2068${label}\u2069`);

const decodedArrays = new Map();

// {rows, cols, values, single}: values row by row. `single` says that they are 32-bit floats.
function decodedArray(id) {
  if (decodedArrays.has(id)) return decodedArrays.get(id);
  const { shape, f32, f64 } = report.arrays[id];
  const bytes = Uint8Array.from(atob(f32 ?? f64), (character) => character.charCodeAt(0));
  // Little-endian, as is every machine a browser of today runs on.
  const values = f32 === undefined ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer);
  const array = { rows: shape[0], cols: shape[1], values, single: f32 !== undefined };
  if (values.length !== array.rows * array.cols) {
    throw new Error(`array ${id}: expected ${array.rows}x${array.cols}, got ${values.length}`);
  }
  decodedArrays.set(id, array);
  return array;
}

// A tensor as one equation uses it: as it is, or as its transpose with the labels swapped.
class View {
  constructor({ tensor, transposed = false, title = null }) {
    const about = report.tensors[tensor];
    if (!about) throw new Error(`tensor ${tensor}: not in the report`);
    const swap = (pair) => (transposed ? [pair[1], pair[0]] : pair);
    this.about = about;
    this.array = decodedArray(about.array);
    this.mask = about.masked ? decodedArray(about.masked) : null;
    this.transposed = transposed;
    [this.rows, this.cols] = swap([this.array.rows, this.array.cols]);
    const labels = [report.labels[about.rows], report.labels[about.cols]];
    [this.rowLabels, this.colLabels] = swap(labels);
    [this.rowAxis, this.colAxis] = swap([about.row_axis, about.col_axis]);
    this.of = about.of ? swap(about.of) : [this.rows, this.cols];
    this.title = title ?? about.title + (transposed ? "ᵀ" : "");
    this.kind = about.kind;
    this.single = this.array.single;
  }

  // Where a cell stands in the array's values.
  offset(i, j) {
    return this.transposed ? j * this.array.cols + i : i * this.array.cols + j;
  }

  at(i, j) {
    return this.array.values[this.offset(i, j)];
  }

  masked(i, j) {
    return this.mask !== null && this.mask.values[this.offset(i, j)] !== 0;
  }

  // The value that the colour scale ends at: masked cells and infinities are left out of it.
  range() {
    if (this.about.scale !== null && this.about.scale !== undefined) return this.about.scale;
    let largest = 0;
    for (let at = 0; at < this.array.values.length; at += 1) {
      const size = Math.abs(this.array.values[at]);
      const counts = Number.isFinite(size) && !(this.mask && this.mask.values[at]);
      if (counts && size > largest) largest = size;
    }
    return largest;
  }

  // "q[3 the, 1]"
  place(i, j) {
    return `${this.title}[${inLine(this.rowLabels[i])}, ${inLine(this.colLabels[j])}]`;
  }

  // The cell to begin with: the largest that is not masked, for it shows the most.
  largestCell() {
    let best = [0, 0];
    let largest = -1;
    for (let i = 0; i < this.rows; i += 1) {
      for (let j = 0; j < this.cols; j += 1) {
        const size = Math.abs(this.at(i, j));
        if (Number.isFinite(size) && size > largest && !this.masked(i, j)) {
          largest = size;
          best = [i, j];
        }
      }
    }
    return best;
  }
}

// A number of the report's own: JSON has no infinities, so they come as texts.
function real(value) {
  const words = { inf: Infinity, "-inf": -Infinity, nan: NaN };
  return typeof value === "string" ? words[value] : value;
}
