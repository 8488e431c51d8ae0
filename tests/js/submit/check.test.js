// What the server makes of what is in the form: when it is asked, and which answer counts.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const settled = () => new Promise((resolve) => { globalThis.setImmediate(resolve); });
const answer = (preview) => ({
    preview, parameters: [], findings: [], faults: [], candidates: [], tagged: null
});

// A clock that moves only when it is told to.
function clock() {
    const waiting = new Map();
    let now = 0;
    let last = 0;
    return {
        waiting,
        setTimeout(work, ms) {
            last += 1;
            waiting.set(last, {work, at: now + ms});
            return last;
        },
        clearTimeout: (id) => waiting.delete(id),
        pass(ms) {
            now += ms;
            for (const [id, {work, at}] of [...waiting]) {
                if (at <= now) {
                    waiting.delete(id);
                    work();
                }
            }
            return settled();
        }
    };
}

const NOTEBOOK = {cells: []};

// What is in the form, where nothing but the parameters matters.
const form = (parameters) => ({display_name: "n", parameters, timeout: "", timeout_unit: "minutes"});

// A check, what it asked, in order ({request, resolve, reject}), and what it told.
function checking() {
    const [asked, told, heard] = [[], [], []];
    const time = clock();
    const window = {console: {error: (...said) => heard.push(said)}};
    const ask = (path, request) => new Promise((resolve, reject) => {
        asked.push({path, request, resolve, reject});
    });
    const check = loader({}, window)("./submit/check").create({
        api: {check: ask}, open_notebook: {read: () => NOTEBOOK, last_modified: () => null},
        current_path: () => "a.ipynb", timers: time
    }, (said) => told.push(said));
    const reply = async (number, preview) => {
        await settled();
        asked[number].resolve(answer(preview));
        return settled();
    };
    return {...check, asked, told, heard, time, reply};
}

test("asked at once when the form is there, and a moment after the last change", async () => {
    const {now, changed, asked, told, time, reply} = checking();
    now(form(""));
    await settled();
    assert.deepStrictEqual(asked.map((each) => each.request.parameters), [""]);
    await reply(0, "first");
    for (const parameters of ["a", "a=", "a=1"]) {
        changed(form(parameters));
        await time.pass(299);
    }
    assert.strictEqual(asked.length, 1);
    await time.pass(1);
    assert.deepStrictEqual(asked.map((each) => each.request.parameters), ["", "a=1"]);
    await reply(1, "a = 1");
    assert.deepStrictEqual(told, [answer("first"), answer("a = 1")]);
});

test("the question is about what would be submitted, and the notebook that is open", async () => {
    const {now, asked} = checking();
    now(form("a=1"));
    await settled();
    const {path, request} = asked[0];
    assert.deepStrictEqual([path, request], ["a.ipynb", {notebook: NOTEBOOK, display_name: "n", parameters: "a=1"}]);
});

test("a notebook that is too large to be sent is read by the server, and not sent again", async () => {
    const {now, changed, asked, told, time, reply} = checking();
    now(form("a=1"));
    await settled();
    asked[0].reject({code: "body_too_large"});
    await reply(1, "a = 1");
    changed(form("a=2"));
    await time.pass(300);
    assert.deepStrictEqual(asked.map((each) => "notebook" in each.request), [true, false, false]);
    asked[2].reject({code: "body_too_large"}); // the parameters are
    await settled();
    assert.deepStrictEqual([asked.length, told], [3, [answer("a = 1"), null]]);
});

test("what did not change is not asked again", async () => {
    const {now, changed, asked, time, reply} = checking();
    now(form(""));
    await reply(0, "");
    changed(form("")); // the `change` after the `input`
    await time.pass(1000);
    assert.deepStrictEqual([asked.length, time.waiting.size], [1, 0]);
});

test("an answer to what is not there any more is dropped, and one more question follows it", async () => {
    const {now, changed, asked, told, time, reply} = checking();
    now(form("old"));
    await settled();
    changed(form("newer"));
    await time.pass(300);
    changed(form("new"));
    await time.pass(300);
    assert.strictEqual(asked.length, 1, "a slow server is asked one thing at a time");
    await reply(0, "old");
    assert.deepStrictEqual(told, []);
    assert.deepStrictEqual(asked.map((each) => each.request.parameters), ["old", "new"]);
    await reply(1, "new");
    assert.deepStrictEqual(told, [answer("new")]);
});

test("an answer that comes while somebody types waits for the moment without a change", async () => {
    const {now, changed, asked, told, time, reply} = checking();
    now(form("old"));
    await settled();
    changed(form("new"));
    await reply(0, "old");
    assert.deepStrictEqual([asked.length, told], [1, []]);
    await time.pass(300);
    await reply(1, "new");
    assert.deepStrictEqual(told, [answer("new")]);
});

test("back to what was asked: its answer counts, and is not asked for again", async () => {
    const {now, changed, asked, told, time, reply} = checking();
    now(form("a"));
    await settled();
    changed(form("ab"));
    changed(form("a"));
    await reply(0, "a");
    await time.pass(1000);
    assert.deepStrictEqual([asked.length, told], [1, [answer("a")]]);
});

test("faults are those of just these values", async () => {
    const {now, changed, faults, asked} = checking();
    const found = [{field: "parameters", code: "x"}];
    now(form("a"));
    await settled();
    assert.deepStrictEqual(faults(form("a")), []);
    asked[0].resolve({...answer(""), faults: found});
    await settled();
    assert.deepStrictEqual([faults(form("a")), faults(form("b"))], [found, []]);
    changed(form("b"));
    changed(form("a"));
    assert.deepStrictEqual(faults(form("a")), []);
});

test("what is answered about a notebook that was edited meanwhile is dropped, and asked again", async () => {
    const {now, mended, asked, told, reply} = checking();
    now(form("a"));
    await settled();
    mended([], form("a"));
    await reply(0, "before");
    assert.deepStrictEqual([asked.length, told], [2, []]);
    await reply(1, "after");
    assert.deepStrictEqual(told, [answer("after")]);
});

test("errors are known of the notebook whatever is in the form, until they are fixed", async () => {
    const {now, changed, mended, errors, asked, time} = checking();
    const [input, syntax] = ["input", "syntax"].map((code) => ({severity: "error", code}));
    now(form("a"));
    await settled();
    assert.deepStrictEqual(errors(form("a")), [], "nobody waits for an answer");
    const quota = {severity: "error", code: "over_user_quota"};
    asked[0].resolve({...answer(""), findings: [input, {severity: "warning", code: "x"}, syntax, quota]});
    await settled();
    assert.deepStrictEqual(errors(form("a")), [input, syntax, quota]);
    changed(form("b")); // perhaps of another instance type
    assert.deepStrictEqual([errors(form("a")), errors(form("b"))], [[input, syntax], [input, syntax]]);
    mended([input], form("b"));
    assert.deepStrictEqual(errors(form("b")), [syntax]);
    await settled();
    asked[1].reject({code: "no_answer"});
    await settled();
    assert.deepStrictEqual(errors(form("b")), [], "nothing is known any more");
    now(form("c"));
    await time.pass(1000);
    assert.deepStrictEqual(errors(form("c")), []);
});

test("a name that a parameter may define by now is not an error until that is known", async () => {
    const {now, changed, errors, asked} = checking();
    const name = {severity: "error", code: "undefined_name"};
    now(form(""));
    await settled();
    asked[0].resolve({...answer(""), findings: [name]});
    await settled();
    changed(form("lr=1"));
    assert.deepStrictEqual([errors(form("")), errors(form("lr=1"))], [[name], []]);
    now(form("lr=1"));
    await settled();
    asked[1].resolve({...answer(""), findings: [name]});
    await settled();
    assert.deepStrictEqual(errors(form("lr=1")), [name], "it defines another one");
});

test("a question that fails takes back what was told, and the next change asks again", async () => {
    const {now, changed, faults, asked, told, time, reply} = checking();
    now(form("a"));
    await settled();
    asked[0].resolve({...answer("a"), faults: [{field: "parameters"}]});
    await settled();
    changed(form("b"));
    await time.pass(300);
    asked[1].reject({code: "no_answer"});
    await settled();
    assert.deepStrictEqual(told.slice(1), [null]);
    assert.deepStrictEqual([faults(form("a")), faults(form("b"))], [[], []]);
    changed(form("c"));
    await time.pass(300);
    await reply(2, "c");
    assert.deepStrictEqual(told.slice(2), [answer("c")]);
});

test("a mistake of ours, or of whoever answers, is no more than a question that failed", async () => {
    const {now, changed, asked, told, heard, time} = checking();
    const mistake = new TypeError("x is undefined");
    now(form("a"));
    await settled();
    asked[0].reject(mistake);
    await settled();
    changed(form("b"));
    await time.pass(300);
    asked[1].resolve({preview: 3, faults: "none", findings: null});
    await settled();
    assert.deepStrictEqual([told, heard], [[null, answer("")], [[mistake]]]);
});

test("nothing is asked or told after the dialog was closed", async () => {
    const {now, changed, close, asked, told, time, reply} = checking();
    now(form("a"));
    await settled();
    changed(form("b"));
    close();
    await time.pass(1000);
    await reply(0, "a");
    assert.deepStrictEqual([asked.length, told, time.waiting.size], [1, [], 0]);
});
