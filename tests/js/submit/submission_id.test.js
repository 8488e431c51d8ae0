// An id for each dialog; one that is in doubt is shared by all tabs, and by this one where nothing may be stored.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const VALUES = {display_name: "a", parameters: "start=1"};
const OTHERS = {display_name: "b", parameters: ""};

// A browser's storage that all tabs share; `broken` names the calls that throw.
function shared_storage(...broken) {
    const kept = new Map();
    function call(name, work) {
        return (...args) => {
            if (broken.includes(name)) {
                throw new Error("QuotaExceededError");
            }
            return work(...args);
        };
    }
    return {
        kept,
        getItem: call("getItem", (name) => kept.get(name) ?? null),
        setItem: call("setItem", (name, value) => { kept.set(name, value); }),
        removeItem: call("removeItem", (name) => { kept.delete(name); })
    };
}

function tab(storage, base_url = "/") {
    const window = storage && {localStorage: storage};
    return loader({"base/js/namespace": {notebook: {base_url}}}, window || {})("./submit/submission_id");
}

test("each dialog has an id of its own, of which nothing is kept until it is sent", () => {
    const storage = shared_storage();
    const ids = [tab(storage), tab(storage)].map((each) => each.current("a.ipynb"));
    assert.match(ids[0].id, /^[0-9a-f]{32}$/);
    assert.notStrictEqual(ids[0].id, ids[1].id);
    assert.ok(ids.every((each) => each.sent === false));
    assert.strictEqual(storage.kept.size, 0);
});

test("what is in doubt is shared by all tabs and survives a reload, with its values", () => {
    const storage = shared_storage();
    const one = tab(storage);
    const {id} = one.current("a.ipynb");
    assert.strictEqual(one.mark("a.ipynb", id, VALUES), false);
    for (const each of [one, tab(storage)]) {
        assert.deepStrictEqual(each.current("a.ipynb"), {id, sent: true, values: VALUES});
    }
    assert.strictEqual(tab(storage).mark("a.ipynb", id, VALUES), true);
    assert.strictEqual(tab(storage).mark("a.ipynb", id, null), true);
    assert.notStrictEqual(one.current("a.ipynb").id, id);
    assert.strictEqual(storage.kept.size, 0);
});

test("two tabs in doubt forget nothing of each other", () => {
    const storage = shared_storage();
    const [one, other] = [tab(storage), tab(storage)];
    const [first, second] = [one.fresh().id, other.fresh().id];
    one.mark("a.ipynb", first, VALUES);
    other.mark("a.ipynb", second, OTHERS);
    assert.deepStrictEqual(tab(storage).current("a.ipynb"), {id: second, sent: true, values: OTHERS});
    other.mark("a.ipynb", second, null);
    assert.deepStrictEqual(tab(storage).current("a.ipynb"), {id: first, sent: true, values: VALUES});
});

test("another notebook, or another server on this site, is another matter", () => {
    const storage = shared_storage();
    const {id} = tab(storage).fresh();
    tab(storage).mark("a.ipynb", id, VALUES);
    for (const each of [tab(storage).current("b.ipynb"), tab(storage, "/user/bob/").current("a.ipynb")]) {
        assert.strictEqual(each.sent, false);
    }
});

test("what somebody else wrote there is passed over", () => {
    for (const text of ["", "oops", "{}", "null", "[null]", "[1]", "[{}]", '[{"id": "<b>", "values": {}}]']) {
        const storage = shared_storage();
        storage.kept.set("primehub_nbext:submissions:/:a.ipynb", text);
        assert.strictEqual(tab(storage).current("a.ipynb").sent, false, text);
    }
});

for (const broken of [["getItem"], ["setItem"], ["removeItem"], ["getItem", "setItem", "removeItem"]]) {
    test(`a storage that refuses ${broken} is one tab's memory`, () => {
        const one = tab(shared_storage(...broken));
        const {id} = one.current("a.ipynb");
        one.mark("a.ipynb", id, VALUES);
        assert.deepStrictEqual(one.current("a.ipynb"), {id, sent: true, values: VALUES});
        one.mark("a.ipynb", id, null);
        assert.strictEqual(one.current("a.ipynb").sent, false);
    });
}

test("a page without storage", () => {
    const one = tab(null);
    const {id} = one.current("a.ipynb");
    one.mark("a.ipynb", id, VALUES);
    assert.strictEqual(one.current("a.ipynb").id, id);
});
