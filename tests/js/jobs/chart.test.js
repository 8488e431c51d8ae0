// Plots: where a line is drawn, and which span of a job is shown at first.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const page = {jquery: {}, "base/js/namespace": {}, "base/js/utils": {}};
const {path, top_of} = loader(page)("./jobs/chart");
const {best_span} = loader(page)("./jobs/resources");

test("a line goes from the first to the last point, and is broken where nothing was measured", () => {
    assert.strictEqual(path([0, 10, 20], [0, 5, 10], 10), "M0.0 90.0L280.0 45.0L560.0 0.0");
    assert.strictEqual(path([0, 10, 20, 100], [0, 0, 0, 0], 1).match(/M/g).length, 2);
    assert.strictEqual(path([7], [1], 2), "M280.0 45.0");
});

test("the limit is in the picture, and what is above it as well", () => {
    assert.ok(top_of([1, 2], 10) > 10);
    assert.ok(top_of([1, 20], 10) > 20);
    assert.strictEqual(top_of([], null), 1);
});

test("the shortest span that has all of it is shown", () => {
    const spans = (...begin) => Object.fromEntries(["15m", "1h", "3h", "lifetime"].map((name, n) => {
        return [name, {time: begin[n] === null ? [] : [begin[n], 9999]}];
    }));
    assert.strictEqual(best_span(spans(100, null, null, null)), "15m");
    assert.strictEqual(best_span(spans(900, 100, 100, 100)), "1h");
    assert.strictEqual(best_span(spans(900, 800, 700, 100)), "lifetime");
    assert.strictEqual(best_span(spans(null, null, null, null)), "15m");
});
