// A small AMD loader: a module of static/ and stand-ins for the page's own modules in, what the module defines out.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const quiet = {...console, warn() {}};
const STATIC = path.join(__dirname, "..", "..", "static");

// `given`: module name → value, for what is not in static/ (jquery, base/js/…). Unknown names are errors.
// `page`: what `window` has besides.
function loader(given = {}, page = {}) {
    const loaded = new Map();

    function load(name) {
        if (name in given) {
            return given[name];
        }
        if (!name.startsWith("./")) {
            throw new Error(`no stand-in for ${name}`);
        }
        if (!loaded.has(name)) {
            const file = path.join(STATIC, `${name.slice(2)}.js`);
            let calls = 0;
            const define = (needs, factory) => {
                calls += 1;
                loaded.set(name, factory(...needs.map((need) => (need === "require" ? local_require : load(need)))));
            };
            const window = {crypto: globalThis.crypto, console: quiet, ...page};
            const source = `(function (define, window) {${fs.readFileSync(file, "utf8")}\n})`;
            vm.runInThisContext(source, file)(define, window);
            if (calls !== 1) {
                throw new Error(`${file} calls define ${calls} times`);
            }
        }
        return loaded.get(name);
    }

    function local_require(needs, found) {
        found(...needs.map(load));
    }
    local_require.toUrl = (url) => `/nbextensions/primehub_nbext/${url.slice(2)}`;
    return load;
}

const names = fs.readdirSync(STATIC).filter((file) => file.endsWith(".js")).map((file) => `./${file.slice(0, -3)}`);

module.exports = {loader, names, STATIC};
