// Parameters as rows: which control holds what, and the text that becomes of it.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const rows = require("../amd.js").loader()("./submit/rows");

// As the server tells of them.
const declared = (name, type, shown, value, more = {}) => ({
    name, type, default: shown, default_value: value, expression: false, nullable: false, choices: null, help: null,
    value: null, text: null, changed: false, ...more
});
const given = (parameter, text, value) => ({...parameter, text, value, changed: true});
const other = (name, text, value) => given({...declared(name, typeof value, null, null), default: null}, text, value);
const CHOICES = [{text: "\"a\"", value: "a"}, {text: "\"b\"", value: "b"}];
const TABLE = [
    ["number", declared("n", "int", "3", 3), "3"],
    ["number", declared("n", "float", "1.0e-05", 1e-5), "1.0e-05"],
    ["bool", declared("n", "bool", "true", true), "true"],
    ["text", declared("n", "str", "\"a b\"", "a b"), "a b"],
    ["text", declared("n", "str", "\"a\\nb\"", "a\nb"), "a\nb"],
    ["typed", declared("n", "str", "\"a\\rb\"", "a\rb"), "\"a\\rb\""],
    ["json", declared("n", "list", "[1]", [1]), "[1]"],
    ["json", declared("n", "dict", "{}", {}), "{}"],
    ["choice", declared("n", "str", "\"a\"", "a", {choices: CHOICES}), "\"a\""],
    ["choice", declared("n", "bool", "null", null, {nullable: true}), "null"],
    ["number", declared("n", "int", "null", null, {nullable: true}), ""],
    ["typed", declared("n", "null", "null", null), ""],
    ["typed", declared("n", null, "f(x)", null, {expression: true}), ""],
    ["text", declared("n", "str", "f(x)", null, {expression: true}), ""],
    ["typed", given(declared("n", "int", "3", 3), "\"x\"", "x"), "\"x\""],
    ["typed", given(declared("n", "int", "3", 3), "null", null), "null"],
    ["number", given(declared("n", "int", "3", 3), "0.5", 0.5), "0.5"],
    ["typed", given(declared("n", "bool", "true", true), "1", 1), "1"],
    ["text", given(declared("n", "str", "\"a\"", "a"), "\"007\"", "007"), "007"],
    ["json", given(declared("n", "list", "[1]", [1]), "[1.0, 2]", [1, 2]), "[1.0, 2]"],
    ["typed", given(declared("n", "list", "[1]", [1]), "null", null), "null"],
    ["typed", other("n", "1.0", 1), "1.0"]
];

test("each kind of parameter has its control, and what it holds", () => {
    for (const [kind, parameter, content] of TABLE) {
        const row = rows.make(parameter);
        assert.deepStrictEqual([row.kind, row.content], [kind, content], JSON.stringify(parameter));
        assert.strictEqual(row.given, parameter.changed);
    }
});

test("what is given is sent as it was given", () => {
    for (const [, parameter] of TABLE) {
        const text = rows.text_of([rows.make(parameter)]);
        assert.strictEqual(text, parameter.changed ? `n=${parameter.text}` : "");
    }
});

test("only what differs from the notebook's own is sent, and there is a way back", () => {
    const row = rows.make(declared("n", "int", "3", 3));
    for (const [content, text] of [["4", "n=4"], ["3", ""], ["", ""], [" ", ""], ["-1", "n=-1"]]) {
        rows.edit(row, content);
        assert.strictEqual(rows.text_of([row]), text);
    }
    rows.reset(row);
    assert.deepStrictEqual([row.content, rows.text_of([row])], ["3", ""]);
    const words = rows.make(declared("s", "str", "\"a\"", "a"));
    for (const [content, text] of [["", "s=\"\""], ["007", "s=\"007\""], ["a; b=\"1\"\n", "s=\"a; b=\\\"1\\\"\\n\""]]) {
        rows.edit(words, content);
        assert.strictEqual(rows.text_of([words]), text);
    }
});

test("what is typed into one row begins no other parameter", () => {
    const row = rows.make(declared("n", null, "f(x)", null, {expression: true}));
    for (const [content, text] of [
        ["New York", "New York"], ["a; b=2", "\"a; b=2\""], ["a\nb", "\"a\\nb\""], ["a b=2", "\"a b=2\""],
        ["=1", "\"=1\""], ["[1; 2]", "[1; 2]"], ["a==b", "a==b"]
    ]) {
        rows.edit(row, content);
        assert.strictEqual(rows.text_of([row]), `n=${text}`);
    }
});

test("what is not closed holds nothing of what comes after it", () => {
    const of = (name, content) => ({...rows.empty(), name, content, given: true});
    const text = (...list) => rows.text_of(list.map(([name, content]) => of(name, content)));
    assert.strictEqual(text(["a", "'x"], ["b", "'"], ["c", "1"]), "c=1; a='x");
    assert.strictEqual(text(["a", "[1, {\"]\": '\\']'}"], ["c", "1"]), "c=1; a=[1, {\"]\": '\\']'}");
    assert.strictEqual(text(["a", "[\"]\", {b: 1}]"], ["c", "1"]), "a=[\"]\", {b: 1}]; c=1");
    assert.strictEqual(text(["a", "\"x\"; b=2"]), "a=\"\\\"x\\\"; b=2\"");
    assert.strictEqual(text(["a", "[1] x"]), "a=\"[1] x\"");
    assert.strictEqual(text(["a=1; b", "2"], ["", "3"], ["c", ""]), "a 1  b=2; =3; c=");
});

test("choices: the notebook's, null where it may be, and what is given all the same", () => {
    const of = (parameter) => {
        const row = rows.make(parameter);
        return rows.choices_of(row.parameter, row.content).map((each) => each.text);
    };
    const choice = declared("n", "str", "\"a\"", "a", {choices: CHOICES});
    assert.deepStrictEqual(of(choice), ["\"a\"", "\"b\""]);
    assert.deepStrictEqual(of({...choice, nullable: true}), ["\"a\"", "\"b\"", "null"]);
    assert.deepStrictEqual(of(given(choice, "\"c\"", "c")), ["\"a\"", "\"b\"", "\"c\""]);
    // As the others are shown: what is text has no quotes.
    const row = rows.make(given({...choice, default: "\"d\"", default_value: "d"}, "\"c\"", "c"));
    assert.deepStrictEqual(rows.choices_of(row.parameter, row.content).map((each) => each.value), ["a", "b", "d", "c"]);
    assert.deepStrictEqual(of({...choice, default: "f()", expression: true}), ["", "\"a\"", "\"b\""]);
    assert.deepStrictEqual(of(declared("n", "bool", "null", null)), ["true", "false", "null"]);
});

test("the server's newest word leaves alone what somebody types", () => {
    const epochs = declared("epochs", "int", "3", 3);
    let now = rows.renewed([], [epochs, other("x", "1", 1)]);
    assert.deepStrictEqual(now.map((row) => [row.name, row.free, row.given]),
        [["epochs", false, false], ["x", true, true]]);
    rows.edit(now[0], ""); // on the way to another number
    now = rows.renewed(now, [epochs, other("x", "1", 1)]);
    assert.deepStrictEqual([now[0].content, now[0].given], ["", false]);
    rows.edit(now[0], "04");
    now = rows.renewed(now, [given(epochs, "\"04\"", "04"), other("x", "1", 1)]);
    assert.deepStrictEqual(now.map((row) => row.name), ["epochs", "x"]);
    // The notebook has another value by now.
    now = rows.renewed(rows.renewed([], [epochs]), [declared("epochs", "int", "5", 5)]);
    assert.strictEqual(now[0].content, "5");
    // It declares what was given already.
    now = rows.renewed(rows.renewed([], [other("x", "1", 1)]), [given(declared("x", "int", "2", 2), "1", 1)]);
    assert.deepStrictEqual(now.map((row) => [row.kind, row.content, row.free]), [["number", "1", false]]);
    // It does not any more: what was given stays, what was not is gone.
    now = rows.renewed([], [given(epochs, "4", 4), declared("y", "int", "1", 1)]);
    now = rows.renewed(now, [other("epochs", "4", 4)]);
    assert.deepStrictEqual(now.map((row) => [row.name, row.content, row.free]), [["epochs", "4", true]]);
});

test("an empty row is nothing yet", () => {
    const row = rows.empty();
    assert.strictEqual(rows.text_of([row]), "");
    rows.rename(row, " x ");
    assert.strictEqual(rows.text_of([row]), "x=");
    assert.deepStrictEqual(rows.renewed([row, rows.empty()], []).length, 2);
});
