// Fixes on a model of cells: what is replaced where, what takes it back, and what is left alone.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const {plan} = loader()("./submit/edits");
const code = (source, more = {}) => ({type: "code", source, tags: [], locked: false, ...more});

// What CodeMirror makes of it.
function replaced(source, replace) {
    const lines = source.split("\n").map((line) => `${line}\n`);
    const offset = (place) => lines.slice(0, place.line).join("").length + place.ch;
    return replace.reduce((text, {from, to, text: typed}) =>
        text.slice(0, offset(from)) + typed + text.slice(offset(to)), source);
}

// The cells after it, and after it was taken back.
function applied(cells, edits) {
    const made = plan(cells, edits);
    assert.strictEqual(made.why, null);
    const after = cells.map((cell) => ({...cell}));
    made.texts.forEach(({cell, replace}) => { after[cell].source = replaced(cells[cell].source, replace); });
    made.texts.forEach(({cell, back}) => {
        const [text] = plan(after, [{...back, cell}]).texts;
        assert.strictEqual(replaced(after[cell].source, text.replace), cells[cell].source, "taken back");
    });
    made.tags.forEach(({cell, tag}) => { after[cell].tags = [...after[cell].tags, tag]; });
    made.inserts.forEach(({at, source}) => after.splice(at, 0, code(source)));
    return after;
}
const sources = (cells) => cells.map((cell) => cell.source);

test("a line of a cell", () => {
    const cells = [code("a"), code("import os\n!mkdir artifacts\nprint(1)")];
    const edit = {cell: 1, line: 2, old: "!mkdir artifacts", new: "!mkdir /home/jovyan/artifacts"};
    assert.deepStrictEqual(sources(applied(cells, [edit])),
        ["a", "import os\n!mkdir /home/jovyan/artifacts\nprint(1)"]);
    const {replace} = plan(cells, [edit]).texts[0];
    assert.deepStrictEqual(replace, [{from: {line: 1, ch: 7}, to: {line: 1, ch: 7}, text: "/home/jovyan/"}],
        "no more is touched than has to be");
});

test("lines become more, or fewer; several of one cell do not shift each other", () => {
    const cells = [code("a\nb\nc\nd\ne")];
    const edits = [
        {cell: 0, line: 1, old: "a", new: "a1\na2\na3"}, {cell: 0, line: 5, old: "e", new: ""},
        {cell: 0, line: 3, old: "c\nd", new: "cd"}
    ];
    assert.deepStrictEqual(sources(applied(cells, edits)), ["a1\na2\na3\nb\ncd\n"]);
});

test("two fixes of one line, each of its part", () => {
    const cells = [code("cp a x/ && cp b y/")];
    assert.deepStrictEqual(sources(applied(cells, [
        {cell: 0, line: 1, old: "cp a x/ && cp b y/", new: "cp a x/ && cp b /z/y/"},
        {cell: 0, line: 1, old: "cp a x/ && cp b y/", new: "cp a /z/x/ && cp b y/"}
    ])), ["cp a /z/x/ && cp b /z/y/"]);
});

test("the same edit of two findings is made once", () => {
    const edits = [{cell: 0, insert: "%pip install a b"}, {cell: 0, insert: "%pip install a b"}];
    assert.deepStrictEqual(sources(applied([code("import a, b")], edits)), ["%pip install a b", "import a, b"]);
});

test("what another fix has done already is not done again, and in nobody's way", () => {
    const shared = {cell: 1, line: 1, old: "open('a')", new: "open('/b/a')"};
    const own = {cell: 0, line: 1, old: "x", new: "y"};
    assert.deepStrictEqual(sources(applied([code("x"), code("open('/b/a')")], [shared, own])), ["y", "open('/b/a')"]);
    assert.deepStrictEqual(plan([code("y"), code("open('/b/a')")], [shared, own]),
        {why: null, texts: [], tags: [], inserts: []});
});

test("new cells keep their order and are where the others were counted, whatever else is edited", () => {
    const cells = [code("a"), code("b")];
    assert.deepStrictEqual(sources(applied(cells, [
        {cell: 0, insert: "1"}, {cell: 1, line: 1, old: "b", new: "B"}, {cell: 0, insert: "2"}, {insert: "last"},
        {cell: 1, insert: "3"}
    ])), ["1", "2", "a", "3", "B", "last"]);
});

test("a new cell can have a tag, which no other cell gets", () => {
    const made = plan([code("#n = 1\nprint(n)")], [
        {cell: 0, line: 1, old: "#n = 1\nprint(n)", new: "print(n)"}, {cell: 0, insert: "n = 1", tag: "parameters"}
    ]);
    assert.deepStrictEqual([made.tags, made.inserts], [[], [{at: 0, source: "n = 1", tag: "parameters"}]]);
    assert.strictEqual(made.texts.length, 1);
});

test("a tag, unless it is there", () => {
    assert.deepStrictEqual(applied([code("a = 1", {tags: ["x"]})], [{cell: 0, tag: "parameters"}])[0].tags,
        ["x", "parameters"]);
    assert.deepStrictEqual(plan([code("a = 1", {tags: ["parameters"]})], [{cell: 0, tag: "parameters"}]).tags, []);
});

test("all of a fix, or nothing", () => {
    const fine = {cell: 0, line: 1, old: "a", new: "b"};
    const cells = [code("a\nb"), code("c", {locked: true}), code("# t", {type: "markdown"}), code("r", {type: "raw"})];
    const refused = [
        ["gone", {cell: 0, line: 2, old: "a", new: "z"}],      // it is on another line by now
        ["gone", {cell: 0, line: 1, old: "a ", new: "b"}],
        ["gone", {cell: 0, line: 2, old: "b\n", new: "c"}],    // longer than the cell
        ["gone", {cell: 0, line: 0, old: "", new: "c"}],
        ["gone", {cell: 9, line: 1, old: "a", new: "b"}],
        ["gone", {cell: 9, insert: "x"}], ["gone", {cell: -1, insert: "x"}],
        ["gone", {cell: 2, line: 1, old: "# t", new: "#"}],    // no job runs it
        ["gone", {cell: 3, line: 1, old: "r", new: "s"}], ["gone", {cell: 2, tag: "parameters"}],
        ["gone", {cell: 0, line: 1, old: "a\nb", new: "x\ny"}], // in the way of the other
        ["gone", {cell: 0}], ["gone", {cell: 0, line: 1, old: 3, new: {}}],
        ["locked", {cell: 1, line: 1, old: "c", new: "d"}], ["locked", {cell: 1, tag: "parameters"}]
    ];
    for (const [why, edit] of refused) {
        assert.deepStrictEqual(plan(cells, [fine, edit]), {why}, JSON.stringify(edit));
    }
    assert.deepStrictEqual(plan(cells, []), {why: "gone"});
    assert.strictEqual(plan(cells, [fine]).why, null);
});
