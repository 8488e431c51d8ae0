// What two runs differ in, beside their cells.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");
const {at, job} = require("./given.js");

const {rows, differing, is_equal} = loader({})("./jobs/differences");
const ended = (seconds, more) => job({
    phase: "Succeeded", finish_time: new Date(at(10 + seconds)).toISOString(), timeout_seconds: null, ...more
});
const answer = (jobs, more) => ({jobs, parameters: [], problems: [null, null], cells: [], cells_left: 0, ...more});
const told = (given) => rows(given, at(99)).filter((row) => row.differs).map((row) => [row.label, ...row.values]);

test("what was given and what it took are told where they differ", () => {
    const given = answer([ended(60), ended(90, {image: "tensorflow", timeout_seconds: 3600, user: null})], {
        parameters: [
            {name: "lr", values: ["0.1", null], differs: true}, {name: "n", values: ["1", "1"], differs: false}
        ]
    });
    assert.deepStrictEqual(told(given), [
        ["lr", "0.1", null], ["Ran for", "1 min", "1 min 30 s"], ["Image", "torch", "tensorflow"],
        ["Time limit", null, "1 hour"], ["Submitted by", "alice", null]
    ]);
    assert.ok(!is_equal(given, at(99)));
});

test("runs that took longer and nothing else are equal", () => {
    assert.ok(is_equal(answer([ended(60), ended(90)]), at(99)));
    assert.ok(!is_equal(answer([ended(60), ended(60, {phase: "Failed"})]), at(99)));
    assert.ok(!is_equal(answer([ended(60), ended(60)], {cells: null}), at(99)), "nobody has looked at the cells");
    const cells = [{differs: []}, {differs: ["outputs"]}];
    assert.strictEqual(differing(answer([ended(1), ended(1)], {cells})), 1);
    assert.ok(!is_equal(answer([ended(1), ended(1)], {cells}), at(99)));
});
