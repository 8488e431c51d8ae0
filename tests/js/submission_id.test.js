// One id for each notebook until a job has been made of it, in all tabs; and in this one where nothing may be stored.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("./amd.js");

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
    return loader({"base/js/namespace": {notebook: {base_url}}}, window || {})("./submission_id");
}

test("one id in all tabs and after a reload, until a job is made of it", () => {
    const storage = shared_storage();
    const [one, other] = [tab(storage), tab(storage)];
    const first = one.current("a.ipynb");
    assert.match(first.id, /^[0-9a-f]{32}$/);
    assert.deepStrictEqual(other.current("a.ipynb"), {id: first.id, sent: false});
    one.mark("a.ipynb", first.id, true);
    assert.deepStrictEqual(tab(storage).current("a.ipynb"), {id: first.id, sent: true});
    other.forget("a.ipynb", first.id);
    const second = one.current("a.ipynb");
    assert.notStrictEqual(second.id, first.id);
    assert.strictEqual(second.sent, false);
});

test("another notebook, or another server on this site, has another id", () => {
    const storage = shared_storage();
    const ids = [tab(storage).current("a.ipynb"), tab(storage).current("b.ipynb"),
        tab(storage, "/user/bob/").current("a.ipynb")].map((each) => each.id);
    assert.strictEqual(new Set(ids).size, 3);
});

test("what another tab has begun meanwhile is not forgotten", () => {
    const storage = shared_storage();
    const one = tab(storage);
    const first = one.current("a.ipynb");
    one.forget("a.ipynb", first.id);
    const second = tab(storage).current("a.ipynb");
    one.forget("a.ipynb", first.id);
    assert.strictEqual(one.current("a.ipynb").id, second.id);
});

test("a later submission is not lost to an older dialog", () => {
    const storage = shared_storage();
    const [one, other] = [tab(storage), tab(storage)];
    const old = one.current("a.ipynb");
    one.forget("a.ipynb", old.id);
    const later = one.current("a.ipynb");
    assert.strictEqual(other.mark("a.ipynb", old.id, true), false);
    other.forget("a.ipynb", old.id);
    assert.deepStrictEqual(tab(storage).current("a.ipynb"), {id: later.id, sent: false});
    assert.strictEqual(one.mark("a.ipynb", later.id, true), false);
    assert.deepStrictEqual(tab(storage).current("a.ipynb"), {id: later.id, sent: true});
    assert.strictEqual(other.mark("a.ipynb", later.id, true), true);
});

test("what is stored is an id or nothing", () => {
    for (const value of ["", "short", "x".repeat(65), "../../etc", "{\"id\": 1}", "<b>12345678"]) {
        const storage = shared_storage();
        storage.kept.set("primehub_nbext:submission:/:a.ipynb", value);
        assert.match(tab(storage).current("a.ipynb").id, /^[0-9a-f]{32}$/);
    }
});

test("where nothing may be stored this tab remembers", () => {
    for (const storage of [null, shared_storage("getItem"), shared_storage("setItem")]) {
        const one = tab(storage);
        const first = one.current("a.ipynb");
        one.mark("a.ipynb", first.id, true);
        assert.deepStrictEqual(one.current("a.ipynb"), {id: first.id, sent: true});
        one.forget("a.ipynb", first.id);
        assert.notStrictEqual(one.current("a.ipynb").id, first.id);
    }
});
