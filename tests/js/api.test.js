// The REST client: which request goes out, and which failure a refusal becomes.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("./amd.js");

function client(answer) {
    const calls = [];
    const api = loader({
        "base/js/namespace": {notebook: {base_url: "/user/a@b/"}},
        "base/js/utils": {
            url_path_join: (...parts) => parts.join("/").replace(/\/+/g, "/"),
            ajax: (url, settings) => { calls.push({url, ...settings}); answer(settings); }
        }
    })("./api");
    return {api, calls};
}

const ok = (body, status = 200) => (settings) => settings.success(JSON.stringify(body), "success", {status});
const refuse = (status, text, kind = "error") => (settings) => settings.error({status, responseText: text}, kind);

test("every part of a notebook's path is encoded by itself", async () => {
    const {api, calls} = client(ok({path: "x"}));
    await api.notebook("sub dir/é %25 ö#1 & 台灣?.ipynb");
    assert.strictEqual(calls[0].url,
        "/user/a@b/primehub/api/notebooks/sub%20dir/%C3%A9%20%2525%20%C3%B6%231%20%26%20%E5%8F%B0%E7%81%A3%3F.ipynb");
});

test("a check is of one notebook, and is waited for less long than what asks PrimeHub", async () => {
    const {api, calls} = client(ok({faults: []}));
    assert.deepStrictEqual(await api.check("é/a b.ipynb", {parameters: "a=1"}), {faults: []});
    await api.submit({});
    assert.deepStrictEqual([calls[0].type, calls[0].url, calls[0].data],
        ["POST", "/user/a@b/primehub/api/notebooks/%C3%A9/a%20b.ipynb/check", '{"parameters":"a=1"}']);
    assert.ok(calls[0].timeout < calls[1].timeout);
});

test("the token is in the body only", async () => {
    const {api, calls} = client(ok({configured: true}));
    await api.save_token("s3cret");
    assert.strictEqual(calls[0].type, "PUT");
    assert.deepStrictEqual(JSON.parse(calls[0].data), {token: "s3cret"});
    assert.ok(!calls[0].url.includes("s3cret"));
});

test("201 made a job, 200 found it", async () => {
    assert.deepStrictEqual(await client(ok({id: "j"}, 201)).api.submit({}), {job: {id: "j"}, created: true});
    assert.deepStrictEqual(await client(ok({id: "j"}, 200)).api.submit({}), {job: {id: "j"}, created: false});
});

test("refusals become codes", async () => {
    const ours = JSON.stringify({code: "image_not_ready", message: "m", hint: "h", field: "image", other: 1});
    const cases = [
        [422, ours, "image_not_ready"], [404, ours, "image_not_ready"], [404, "<html>", "extension_missing"],
        [404, '{"message": "Not Found"}', "extension_missing"], [403, '{"message": "Forbidden"}', "login_expired"],
        [403, '{"code": "forbidden"}', "login_expired"], [403, '{"code": "not_allowed"}', "not_allowed"],
        [401, "", "login_expired"], [424, '{"message": "no longer running"}', "server_stopped"],
        [0, undefined, "network_down"], [502, "<html>", "server_unavailable"],
        [500, "Traceback", "bad_answer"], [400, "[]", "bad_answer"], [400, '{"code": 7}', "bad_answer"]
    ];
    for (const [status, body, code] of cases) {
        await assert.rejects(client(refuse(status, body)).api.session(), (error) => {
            assert.strictEqual(error.code, code, `${status} ${body}`);
            return true;
        });
    }
    await assert.rejects(client(refuse(0, undefined, "timeout")).api.session(), {code: "no_answer"});
    await assert.rejects(client(refuse(422, ours)).api.session(),
        {code: "image_not_ready", message: "m", hint: "h", field: "image", status: 422});
});

test("what is mended at the server's own address has a link to it", async () => {
    for (const [status, code] of [[403, "login_expired"], [424, "server_stopped"], [503, "server_unavailable"]]) {
        await assert.rejects(client(refuse(status, "")).api.session(), {code, status, link: "/user/a@b/"});
    }
    const page = (settings) => settings.success("<!doctype html>", "success", {status: 200});
    await assert.rejects(client(page).api.session(), {code: "login_expired", status: 200, link: "/user/a@b/"});
});

test("who writes to a stopped server is told so, though JupyterHub only tells who reads", async () => {
    const in_its_place = (reading) => (settings) => {
        (settings.type === "GET" ? reading : refuse(403, "<html>"))(settings);
    };
    const cases = [
        [refuse(424, "{}"), "server_stopped"], [refuse(403, ""), "login_expired"], [ok({}), "login_expired"],
        [refuse(0, undefined), "login_expired"]
    ];
    for (const [reading, code] of cases) {
        const {api, calls} = client(in_its_place(reading));
        await assert.rejects(api.submit({}), {code});
        await assert.rejects(api.forget_token(), {code});
        assert.deepStrictEqual(calls.map((call) => call.type), ["POST", "GET", "DELETE", "GET"]);
    }
});

test("a success that is no JSON object is none", async () => {
    const plain = (text) => (settings) => settings.success(text, "success", {status: 200});
    await assert.rejects(client(plain("<!doctype html>")).api.session(), {code: "login_expired"});
    for (const text of ["", "null", "[]", "3", "{"]) {
        await assert.rejects(client(plain(text)).api.session(), {code: "bad_answer"});
    }
});
