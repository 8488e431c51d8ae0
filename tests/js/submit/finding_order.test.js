// Findings as they are shown: worst first, each kind together, in the order of the notebook.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const order = loader()("./submit/finding_order");
const finding = (severity, code, cell, more = {}) =>
    ({severity, code, cell, line: 1, message: `${code} ${cell}`, hint: `${code}?`, ...more});
const shown = (findings) => order.rows(findings).map((row) => `${row.finding.message}${row.hint ? " ?" : ""}`);

test("errors, warnings, notes, then what nobody knows; kinds as they came, cells and lines as they are", () => {
    assert.deepStrictEqual(shown([
        finding("note", "gpu", null), finding("warning", "home", 5), finding("odd", "odd", 0),
        finding("warning", "artifacts", 2, {line: 9, message: "late"}), finding("error", "input", 7),
        finding("warning", "home", 3), finding("warning", "artifacts", 2, {line: 4, message: "early"})
    ]), ["input 7 ?", "home 3", "home 5 ?", "early", "late ?", "gpu null ?", "odd 0 ?"]);
});

test("a hint is said once for its kind, and another hint is another kind", () => {
    assert.deepStrictEqual(shown([
        finding("warning", "a", 1), finding("warning", "a", 2, {hint: "other"}), finding("warning", "a", 3),
        finding("warning", "b", 4, {hint: ""})
    ]), ["a 1", "a 3 ?", "a 2 ?", "b 4"]);
});

test("a finding keeps its name when cells above it come or go, and no two have the same", () => {
    const names = (findings) => order.rows(findings).map((row) => row.name);
    const same = {message: "reads `x`"};
    const before = names([finding("warning", "a", 1, same), finding("warning", "a", 4, same)]);
    assert.strictEqual(new Set(before).size, 2);
    assert.deepStrictEqual(names([finding("warning", "a", 2, same), finding("warning", "a", 5, same)]), before);
});

test("of many of a kind few are shown, with how many more there are, until all are wanted", () => {
    const many = Array.from({length: 60}, (_, n) => finding("note", "a", n, {hint: "a?"}));
    const found = [...many, finding("note", "b", 1), ...many.slice(0, 6).map((each) => ({...each, code: "c"}))];
    const seen = (rows) => rows.filter((row) => !row.folded).map((row) =>
        row.finding.code + (row.hint ? "?" : "") + (row.more ? ` +${row.more}` : ""));
    const rows = order.rows(found);
    assert.strictEqual(rows.length, found.length, "each is told of");
    assert.deepStrictEqual(seen(rows), ["a", "a", "a? +57", "b?", "c", "c", "c", "c", "c", "c?"]);
    const all = seen(order.rows(found, new Set([rows[0].kind])));
    assert.deepStrictEqual([all.length, all[2], all[59]], [67, "a", "a?"]);
});

test("what is worst", () => {
    assert.strictEqual(order.worst([finding("note", "a", 1), finding("warning", "b", 1)]), "warning");
    assert.strictEqual(order.worst([finding("note", "a", 1), finding("odd", "b", 1)]), "note");
});
