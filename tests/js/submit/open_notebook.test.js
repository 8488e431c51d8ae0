// The open notebook: what is in the editor, and none of its outputs.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

// A cell of the host's, whose outputs nobody may touch.
function cell(cell_type, id, source, metadata = {}, input_prompt_number = undefined) {
    return {
        cell_type, id, metadata, input_prompt_number, get_text: () => source,
        get output_area() { throw new Error("outputs were read"); },
        get attachments() { throw new Error("attachments were read"); },
        toJSON() { throw new Error("outputs were copied"); }
    };
}

function read(changed) {
    const cells = [
        cell("markdown", "m1", "# Title"), cell("code", "c1", "start = 1", {tags: ["parameters"]}, 7),
        cell("code", "c2", "start", {}, "*"), cell("code", "c3", "end", {}, null)
    ];
    const notebook = {
        _fully_loaded: true, get_cells: () => cells, nbformat: 4, nbformat_minor: 5,
        metadata: {kernelspec: {name: "python3"}, widgets: {"application/vnd.jupyter.widget-state+json": {}}},
        ...changed
    };
    return [loader({"base/js/namespace": {notebook}})("./submit/open_notebook").read(), notebook];
}

test("what is in the editor, without outputs, attachments and the state of widgets", () => {
    const [document, notebook] = read();
    assert.deepStrictEqual(document, {
        cells: [
            {cell_type: "markdown", id: "m1", source: "# Title", metadata: {}},
            {cell_type: "code", id: "c1", source: "start = 1", metadata: {tags: ["parameters"]}, execution_count: 7},
            {cell_type: "code", id: "c2", source: "start", metadata: {}, execution_count: null},
            {cell_type: "code", id: "c3", source: "end", metadata: {}, execution_count: null}
        ],
        metadata: {kernelspec: {name: "python3"}}, nbformat: 4, nbformat_minor: 5
    });
    assert.ok(notebook.metadata.widgets, "the notebook itself is left as it is");
});

test("a notebook that the host is still reading is not one without cells", () => {
    assert.strictEqual(read({_fully_loaded: false})[0], null);
});

test("when the file was written that is open", () => {
    function last_modified(at) {
        const namespace = {notebook: {last_modified: at}};
        return loader({"base/js/namespace": namespace})("./submit/open_notebook").last_modified();
    }
    assert.strictEqual(last_modified(new Date("2026-11-24T08:00:00.123456Z")), "2026-11-24T08:00:00.123Z");
    assert.deepStrictEqual([new Date(NaN), null, undefined].map(last_modified), [null, null, null]);
});
