// A small AMD loader: a module of static/ and stand-ins for the page's own modules in, what the module defines out.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const quiet = {...console, warn() {}};
const STATIC = path.join(__dirname, "..", "..", "static");

// "./modal" as ui/field.js asks for it → "./ui/modal": every module of static/ has one name, from static/ on.
function resolve(name, from) {
    return name.startsWith(".") ? `./${path.posix.join(path.posix.dirname(from), name)}` : name;
}

// `given`: module name → value, for what is not in static/ (jquery, base/js/…) or takes the place of what is. Other
// unknown names are errors. Not `require` and `module`, by which a module asks for what the loader knows of it.
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
                const own = {require: require_from(name), module: {id: `nbextensions/primehub_nbext/${name.slice(2)}`}};
                loaded.set(name, factory(...needs.map((need) => own[need] ?? load(resolve(need, name)))));
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

    function require_from(from) {
        const local_require = (needs, found) => found(...needs.map((need) => load(resolve(need, from))));
        local_require.toUrl = (url) => `/nbextensions/primehub_nbext/${resolve(url, from).slice(2)}`;
        return local_require;
    }
    return load;
}

// Every module of static/, by its name.
const names = fs.readdirSync(STATIC, {withFileTypes: true, recursive: true})
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => path.relative(STATIC, path.join(entry.parentPath ?? entry.path, entry.name)).slice(0, -3))
    .map((name) => `./${name.split(path.sep).join("/")}`).sort();

module.exports = {loader, names, STATIC};
