// The last submission of a notebook: its values in, after it was made; what the next one begins with out. The browser
// keeps it beyond a reload. Parameters are kept only when the server has looked at them and found no secret.
define(["../storage"], function (storage) {
    "use strict";

    var FIELDS = ["instance_type", "image", "display_name", "parameters", "timeout", "timeout_unit"];

    function name_of(path) {
        return "last:" + path;
    }

    function is_text(value) {
        return typeof value === "string";
    }

    // "train" → "train 2" → "train 3": the names of repeated submissions differ.
    function next_name(last) {
        return last.name + " " + (last.number + 1);
    }

    // `harmless`: whether the server has looked at just these parameters, and no finding calls one a secret.
    function remember(path, values, harmless) {
        var last = storage.get(name_of(path));
        var again = last && is_text(last.name) && values.display_name === next_name(last);
        var kept = {name: again ? last.name : values.display_name, number: again ? last.number + 1 : 1};
        FIELDS.forEach(function (field) {
            if (field !== "display_name" && (field !== "parameters" || harmless)) {
                kept[field] = values[field];
            }
        });
        storage.set(name_of(path), kept);
    }

    // → the values as form.js has them, as far as they are known, or null.
    function recall(path) {
        var last = storage.get(name_of(path));
        if (!last || !is_text(last.name) || !Number.isInteger(last.number)) {
            return null;
        }
        var values = {};
        FIELDS.forEach(function (field) {
            if (is_text(last[field])) {
                values[field] = last[field];
            }
        });
        values.display_name = next_name(last);
        return values;
    }

    return {remember: remember, recall: recall};
});
