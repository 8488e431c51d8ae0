// Which parameters look like secrets while they are being typed.
"use strict";

const assert = require("node:assert");
const child_process = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const process = require("node:process");
const test = require("node:test");
const reader = require("../amd.js").loader()("./submit/secrets");

// The rule as `GET session` hands it on, and the table with which the server is tested: tests/unit/test_preflight.py.
const python = path.join(__dirname, "..", "..", "..", ".venv", "a", "bin", "python");
const rule = JSON.parse(child_process.execFileSync(
    python, ["-c", "import json; from primehub_nbext.preflight.secrets import SECRETS; print(json.dumps(SECRETS))"],
    {cwd: __dirname}
));
const table = JSON.parse(fs.readFileSync(path.join(__dirname, "..", "..", "secrets.json"), "utf8"));
const secrets = (typed) => reader.secrets(typed, rule);

test("likely secrets are named, never their values", () => {
    for (const typed of table.secret) {
        const name = typed.split("=")[0];
        assert.deepStrictEqual(secrets(typed), [/^\w+$/.test(name) ? name : "a value"], typed);
        assert.deepStrictEqual(secrets(`a=1; ${typed}\nb=2`), secrets(typed), typed);
    }
    const several = "db_password=x; start=1; API_KEY='y'\nc={token: z}";
    assert.deepStrictEqual(secrets(several), ["db_password", "API_KEY", "c"]);
    assert.deepStrictEqual(secrets("token=a; token=b"), ["token"]);
});

test("no false alarm about a secret", () => {
    assert.deepStrictEqual(secrets(table.harmless.join("\n")), []);
    for (const typed of table.harmless) {
        assert.deepStrictEqual(secrets(typed), [], typed);
    }
});

test("a secret is seen while it is being typed", () => {
    for (const typed of [
        "ghp_abcdefghijklmnopqrst", "x=1; ghp_abcdefghijklmnopqrst", "AKIAIOSFODNN7EXAMPLE", "postgres://u:pw@h"
    ]) {
        assert.deepStrictEqual(secrets(typed), ["a value"], typed);
    }
    for (const typed of [
        "password=\"ab", "password=[ab", "password={a", "password={a: b", "password={a: [b", "password=[a, b} c"
    ]) {
        assert.deepStrictEqual(secrets(typed), ["password"], typed);
    }
    for (const typed of [
        "password=", "password", "password=[", "password={", "password={a:", "=", "==", ";", "'", "{"
    ]) {
        assert.deepStrictEqual(secrets(typed), [], typed);
    }
    assert.deepStrictEqual(secrets("cfg={a: ]}]}; password=x"), ["password"], "the rest is read after a mistake");
    assert.deepStrictEqual(reader.secrets("password=x", undefined), [], "a server of another version");
});

test("no text takes long to look through", () => {
    for (const piece of [
        "eyJ-", "a.a.", "://:", "x={", "[", "{a:", "'", "\\", "\"\\", " ", "{ ", "=", ";", "a=", "[\"", "{a:b,", "'a'"
    ]) {
        const begun = process.cpuUsage();
        secrets(`x={${piece.repeat(65000 / piece.length)}`);
        assert.ok(process.cpuUsage(begun).user < 5e6, piece);
    }
});
